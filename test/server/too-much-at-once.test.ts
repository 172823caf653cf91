/** One request asks for no more than can be answered beside others: what is beyond is refused with what may be asked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, detail: (JSON.parse(text || '{}') as { detail?: string }).detail ?? '' };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a filter', () => {
  test.each([
    [
      '/v2/process-instances/search',
      { $or: many(20_000).map(() => ({ state: 'ACTIVE' })) },
      '100 are the most',
    ],
    [
      '/v2/process-instances/search',
      { $or: many(3).map(() => ({ tags: many(9_000).map(String) })) },
      'more than 5000',
    ],
    ['/v2/user-tasks/search', { assignee: { $like: 'a'.repeat(50_000) } }, '1000 are the most'],
    ['/v2/jobs/search', { type: { $in: many(60_000).map(String) } }, 'more than 5000'],
    ['/v2/variables/search', { name: 'a'.repeat(70_000) }, '10000 are the most'],
    ['/v2/incidents/search', JSON.parse('{"a":'.repeat(300) + '1' + '}'.repeat(300)) as object, '20 levels'],
    ['/v2/process-instances/cancellation', { $or: many(500).map(() => ({})) }, '100 are the most'],
  ])('of %s', async (path, filter, sentence) => {
    const { status, detail } = await post(path, { filter });
    expect([status, detail]).toEqual([400, expect.stringContaining(sentence)]);
  });

  test.each(['/v2/process-instances/search', '/v2/decision-instances/search'])(
    'is answered within them: %s',
    async (path) => {
      const filter = { state: { $in: ['ACTIVE', 'COMPLETED'] } };
      expect((await post(path, path.includes('process') ? { filter } : {})).status).toBe(200);
    },
  );
});

test('sorting by thousands of fields', async () => {
  const sort = many(5_000).map(() => ({ field: 'processInstanceKey' }));
  const { status, detail } = await post('/v2/process-instances/search', { sort });
  expect([status, detail]).toEqual([400, expect.stringContaining('20 are the most')]);
});

test.each([
  '/v2/process-instances',
  '/v2/messages/publication',
  '/v2/jobs/1/completion',
  '/v2/user-tasks/1/completion',
  '/v2/expression/evaluation',
])('100,000 variables for %s', async (path) => {
  const variables = Object.fromEntries(many(100_000).map((index) => [`v${index}`, index]));
  const body = { variables, name: 'm', correlationKey: 'k', processDefinitionId: 'p', expression: '=1' };
  const { status, detail } = await post(path, body);
  expect([status, detail]).toEqual([400, expect.stringContaining('more than 2000 variables')]);
});

describe('a change that a page of another site sends without saying where from', () => {
  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('%s', async (site, status) => {
    const body = { name: 'm', correlationKey: '', timeToLive: 0 };
    expect((await post('/v2/messages/publication', body, { 'Sec-Fetch-Site': site })).status).toBe(status);
  });
});

test('large bodies together are bounded, small ones beside them are answered', async () => {
  const small = await startServer({ uploadLimit: 1 });
  try {
    // Each says that it brings a file, and keeps it back: they are all under way.
    const waiting = many(8).map(() => {
      const control = new AbortController();
      const body = new ReadableStream({
        start: (stream) => stream.enqueue(new TextEncoder().encode('{"content":"')),
      });
      const init = {
        method: 'POST',
        body,
        duplex: 'half',
        signal: control.signal,
        headers: { 'Content-Type': 'application/json' },
      };
      const answer = fetch(`${small.url}/api/models/convert`, init);
      return { control, answer: answer.then(({ status, headers }) => [status, headers.get('retry-after')]) };
    });
    const refused = await Promise.race(waiting.map(({ answer }) => answer));
    expect(refused).toEqual([503, '2']);
    expect((await fetch(`${small.url}/v2/topology`)).status).toBe(200);
    for (const { control, answer } of waiting) {
      control.abort();
      answer.catch(() => undefined);
    }
  } finally {
    await small.close();
  }
});
