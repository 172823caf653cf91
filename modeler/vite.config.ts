import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defineConfig } from 'vite';

const server = process.env.COUNTERSIGN_SERVER ?? 'http://localhost:8080';

/** Builds static files into dist; in development the API is the one of a running server. */
export default defineConfig({
  plugins: [svelte()],
  // The engine's TypeScript itself, so that this build needs no other before it.
  resolve: { conditions: ['countersign-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 4000,
    assetsInlineLimit: 0,
  },
  server: { port: 5173, proxy: { '/api': server, '/v2': server } },
});
