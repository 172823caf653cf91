/** Which addresses the web app answers, with what; nobody who asks whether a server is well is told so by a page. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerErrors, unknownRoute } from './failures.js';
import { PAGES } from './pages.js';
import { webApp } from './web-app.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-web-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>App</title>');
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg" />');
  writeFileSync(join(folder, 'assets', 'app-1.js'), 'export {};');
  const app = express();
  app.use(webApp(folder), unknownRoute, answerErrors(pino({ level: 'silent' })));
  server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function ask(path: string, accept: string, method = 'GET') {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { accept } });
  const type = response.headers.get('content-type')?.split(';')[0];
  return { status: response.status, type, allow: response.headers.get('allow'), text: await response.text() };
}

it('has the pages that the web app itself has', () => {
  const routes = readFileSync(new URL('../../modeler/app/routes.ts', import.meta.url), 'utf8');
  const patterns = [...routes.matchAll(/pattern: '([^']+)'/g)].map(([, pattern]) => pattern);
  expect(patterns.length).toBeGreaterThan(10);
  expect(PAGES).toEqual(patterns);
});

it.each(PAGES)('answers %s with the page', async (pattern) => {
  const path = pattern.replaceAll(/:\w+/g, 'x%2Fy');
  for (const accept of [BROWSER, '*/*'])
    expect(await ask(path, accept)).toMatchObject({ status: 200, type: 'text/html' });
});

it.each([
  '/healthz',
  '/actuator/health',
  '/inbox/1/2',
  '/v3/topology',
  '/design/feel/x',
  '/index.php',
  '/Inbox',
  '/assets/app-2.js',
])('answers %s with 404, in words that fit who asks', async (path) => {
  for (const accept of ['*/*', 'application/json'])
    expect(await ask(path, accept)).toMatchObject({ status: 404, type: 'application/problem+json' });
  if (path.startsWith('/assets/')) return;
  expect(await ask(path, BROWSER)).toMatchObject({ status: 404, type: 'text/html' });
});

it.each(['/', '/inbox/1', '/favicon.svg', '/assets/app-1.js'])('does not take POST at %s', async (path) => {
  expect((await ask(path, '*/*')).status).toBe(200);
  expect(await ask(path, '*/*', 'POST')).toMatchObject({
    status: 405,
    type: 'application/problem+json',
    allow: 'GET, HEAD, OPTIONS',
  });
  expect(await ask(path, '*/*', 'OPTIONS')).toMatchObject({ status: 204, allow: 'GET, HEAD, OPTIONS' });
});

it('answers POST at an unknown address with 404', async () => {
  expect((await ask('/healthz', '*/*', 'POST')).status).toBe(404);
});
