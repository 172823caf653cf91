/** Who came in, who was not let in, and which commands were refused: told by the audit trail of a running server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
});
afterAll(() => server.close());

const web = { 'content-type': 'application/json', 'x-countersign': 'web' };

function post(path: string, body: object): Promise<Response> {
  const headers = path === '/api/session' ? web : { 'content-type': 'application/json' };
  return fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function rowsOf(type: string): Promise<{ actor: string; data: Record<string, unknown> }[]> {
  const response = await fetch(`${server.url}/api/audit?type=${encodeURIComponent(type)}`);
  return ((await response.json()) as { items: { actor: string; data: Record<string, unknown> }[] }).items;
}

test('a sign-in and a wrong password are rows', async () => {
  expect((await post('/api/session', { username: 'nobody', password: 'x' })).status).toBe(401);
  const { demoAccounts } = (await (await fetch(`${server.url}/api/session`)).json()) as {
    demoAccounts: { username: string; password: string }[];
  };
  const [{ username, password }] = demoAccounts;
  expect((await post('/api/session', { username, password })).status).toBe(204);
  expect(await rowsOf('sign-in refused')).toMatchObject([{ data: { username: 'nobody', times: 1 } }]);
  expect(await rowsOf('signed in')).toMatchObject([{ actor: `user:${username}`, data: { username } }]);
});

test('a refused command is a row that says why', async () => {
  expect((await post('/v2/jobs/4711/completion', {})).status).toBe(404);
  expect((await post('/v2/process-instances/4711/cancellation', {})).status).toBe(404);
  const refused = await rowsOf('request refused');
  expect(refused.map(({ data }) => data.route).sort()).toEqual([
    '/v2/jobs/:jobKey/completion',
    '/v2/process-instances/:processInstanceKey/cancellation',
  ]);
  expect(refused.every(({ data }) => data.title === 'NOT_FOUND' && data.times === 1)).toBe(true);
});

test('a hold and a dry run of an erasure by HTTP', async () => {
  const made = await post('/api/legal-holds', { processId: 'claim', reason: 'case 12' });
  expect(made.status).toBe(201);
  const { key } = (await made.json()) as { key: string };
  const wish = { persons: ['mary'], legalGround: 'GDPR article 17', reason: 'asked for', dryRun: true };
  expect(await (await post('/api/erasures', wish)).json()).toMatchObject({
    rows: 1,
    types: { 'account created': 1 },
    obstacles: [],
  });
  expect((await post('/api/erasures', { legalGround: 'GDPR', reason: 'none' })).status).toBe(400);
  const lifted = await fetch(`${server.url}/api/legal-holds/${key}`, { method: 'DELETE' });
  expect(lifted.status).toBe(204);
});

test('a command refused on the fast lane is a row of who was refused', async () => {
  const { demoAccounts } = (await (await fetch(`${server.url}/api/session`)).json()) as {
    demoAccounts: { username: string; password: string }[];
  };
  const [{ username, password }] = demoAccounts;
  const refused = await fetch(`${server.url}/v2/process-instances`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    },
    body: JSON.stringify({ processDefinitionId: 'no-such-process' }),
  });
  expect(refused.status).toBe(404);
  const rows = await rowsOf('request refused');
  expect(rows.find(({ data }) => data.route === '/v2/process-instances')?.actor).toBe(`user:${username}`);
});

test('a command with wrong credentials is a row with the name that was tried, and nobody as its actor', async () => {
  const authorization = `Basic ${Buffer.from('mary:wrong').toString('base64')}`;
  for (const path of ['/v2/messages/publication', '/v2/process-instances']) {
    const headers = { 'content-type': 'application/json', authorization };
    const refused = await fetch(server.url + path, { method: 'POST', headers, body: '{}' });
    expect(refused.status).toBe(401);
  }
  const rows = (await rowsOf('request refused')).filter(({ data }) => data.username === 'mary');
  expect(rows.map(({ actor, data }) => [actor, data.status])).toEqual([
    ['client:unknown', 401],
    ['client:unknown', 401],
  ]);
});

test('more passwords at once than can be looked at are told to come back, as no wrong ones', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const authorization = `Basic ${Buffer.from(`crowd-${index}:x`).toString('base64')}`;
      const response = await fetch(`${server.url}/v2/topology`, { headers: { authorization } });
      const { status, headers } = response;
      return { status, retryAfter: headers.get('retry-after'), text: await response.text() };
    }),
  );
  const crowded = answers.filter(({ status }) => status === 503);
  expect(crowded.length).toBeGreaterThan(0);
  for (const { retryAfter, text } of crowded) {
    expect(retryAfter).toBe('1');
    expect(text).toContain('Too many passwords wait to be looked at');
  }
  expect(answers.every(({ status }) => status === 401 || status === 429 || status === 503)).toBe(true);
});
