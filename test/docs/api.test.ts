/**
 * docs/api.md says which operations of the official client this server has: the table is held against the routes of a
 * running server. UPDATE_DOCS=1 writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../architecture/sources.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { codeWords, readPage, section, tableRows } from './pages.js';

const PAGE = 'docs/api.md';
const HEADING = '## Operations of `/v2`';

/** Every operation that the client can call: method and path. */
function clientOperations(): string[] {
  const file = createRequire(import.meta.url).resolve('@camunda8/orchestration-cluster-api');
  const source = readFileSync(file.replace(/index\.\w+$/, 'index.cjs'), 'utf8');
  const calls = source.matchAll(/\.(get|post|put|patch|delete)\(\{[^}]*?url: ?['"]([^'"]+)['"]/g);
  return [...new Set([...calls].map(([, method, path]) => `${method.toUpperCase()} ${path}`))].sort(byPath);
}

function byPath(left: string, right: string): number {
  const path = (operation: string): string => operation.slice(operation.indexOf(' ') + 1);
  return path(left) < path(right) ? -1 : path(left) > path(right) ? 1 : left < right ? -1 : 1;
}

/** Without the names of parameters, which are each side's own. */
function shape(operation: string): string {
  return operation.replaceAll(/\{[^}]+\}/g, '{}');
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function ourOperations(): Promise<Set<string>> {
  const answer = await fetch(`${server.url}/api/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/^\/v2/, '')}`),
  );
  return new Set(operations.map(shape));
}

test('the table of operations says what the server has', async () => {
  const ours = await ourOperations();
  const rows = clientOperations().map((operation) => [operation, ours.has(shape(operation)) ? 'yes' : 'no']);
  expect(rows.length).toBeGreaterThan(150);
  if (process.env.UPDATE_DOCS) {
    const { text } = readPage(PAGE);
    const table = [
      '| operation | here |',
      '| --- | --- |',
      ...rows.map(([name, has]) => `| \`${name}\` | ${has} |`),
    ];
    const head = text.slice(0, text.indexOf(HEADING) + HEADING.length);
    writeFileSync(join(root, PAGE), `${head}\n\n${table.join('\n')}\n`);
    return;
  }
  const told = tableRows(section(readPage(PAGE), HEADING)).map(([name, has]) => [codeWords(name)[0], has]);
  expect(told).toEqual(rows);
});
