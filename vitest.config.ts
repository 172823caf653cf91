import { defineConfig } from 'vitest/config';

/** Tests run on the TypeScript sources: the export condition `countersign-source` leads past the built files. The name is our own: other packages ship a `source` that Node cannot load. */
export default defineConfig({
  resolve: { conditions: ['countersign-source'] },
  ssr: { resolve: { conditions: ['countersign-source'] } },
  test: {
    include: ['engine/**/*.test.ts', 'server/**/*.test.ts', 'modeler/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: 'test/support/global-setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/^@countersign\//] } },
  },
});
