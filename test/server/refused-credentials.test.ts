/** Wrong Basic credentials: each question and command leaves a trace that names the account, and a lock-out says so. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsTo } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
});
afterAll(() => server.close());

function ask(username: string, password: string, method = 'GET', path = '/v2/topology'): Promise<Response> {
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const json = { 'Content-Type': 'application/json' };
  return fetch(server.url + path, {
    method,
    headers: { Authorization: `Basic ${basic}`, ...(method === 'POST' && json) },
    ...(method === 'POST' && { body: '{}' }),
  });
}

async function refusals(username: string): Promise<{ times: number }[]> {
  const { body } = await callsTo(server.url)(null, 'GET', '/api/audit?type=sign-in%20refused&limit=1000');
  const rows = body.items as { data: { username: string; times: number } }[];
  return rows.map(({ data }) => data).filter((data) => data.username === username);
}

it('on questions and on commands, of the fast lane too, leave a row that names the account', async () => {
  expect((await ask('mary', 'wrong')).status).toBe(401);
  expect((await ask('emil', 'wrong', 'POST', '/v2/signals/broadcast')).status).toBe(401);
  expect((await ask('nobody', 'wrong', 'POST', '/v2/process-instances')).status).toBe(401);
  for (const username of ['mary', 'emil', 'nobody'])
    expect(await refusals(username)).toMatchObject([{ times: 1 }]);
});

it('are told 429 while the name is locked, also with the right password, and share a row', async () => {
  for (let tries = 0; tries < 5; tries += 1)
    expect((await ask('carlos', `no ${String(tries)}`)).status).toBe(401);
  const locked = await ask('carlos', 'carlos');
  expect(locked.status).toBe(429);
  expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refusals('carlos')).toHaveLength(1);
  expect((await ask('mia', 'mia')).status).toBe(200);
});
