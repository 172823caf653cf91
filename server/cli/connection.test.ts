/** What the command line says of a server of another version than its own. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findFolders } from '../settings/folders.js';
import { connect } from './connection.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that has nothing but its health. */
async function serverOf(version: string | undefined): Promise<string> {
  const listening = createServer((request, response) => {
    const isHealth = request.url === '/health' && version !== undefined;
    response.writeHead(isHealth ? 200 : 404, { 'Content-Type': 'application/json' });
    const detail = `There is nothing at ${request.method} ${request.url}.`;
    response.end(JSON.stringify(isHealth ? { status: 'up', version } : { title: 'NOT_FOUND', detail }));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const { version } = findFolders();
const NOTHING = 'There is nothing at GET /api/legal-holds. (NOT_FOUND)';

test.each([
  ['an older server', '0.0.9', ` This program is of version ${version}, the server of version 0.0.9.`],
  ['another build', `${version}+0badcafe`, `, the server of version ${version}+0badcafe.`],
  ['a server of the same build', version, 'OUND)'],
  ['something that tells no version', undefined, 'OUND)'],
])('what %s does not have is told with both versions where they differ', async (_what, other, end) => {
  const { get } = connect({ server: await serverOf(other), environment: {} });
  const failure: unknown = await get('/api/legal-holds').catch((error: unknown) => error);
  const { message } = failure as Error;
  expect(message.startsWith(NOTHING)).toBe(true);
  expect(message.endsWith(end)).toBe(true);
});
