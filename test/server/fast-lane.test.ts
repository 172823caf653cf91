/** The fast lane answers as Express does: each request is sent both ways, the second one as a type of body that only Express takes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Status, body and headers, but for those of the moment; the lane forbids storing a refusal where Express has not yet. */
async function answer(path: string, init: RequestInit): Promise<object> {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', ...init });
  const headers = Object.fromEntries(response.headers);
  for (const name of ['date', 'content-length', 'cache-control']) Reflect.deleteProperty(headers, name);
  return { status: response.status, headers, text: await response.text() };
}

interface Sent {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const json = (body: string, more: Record<string, string> = {}): Sent => ({
  headers: { 'content-type': 'application/json', ...more },
  body,
});

const REQUESTS: readonly (readonly [what: string, path: string, init: Sent])[] = [
  ['no such process', '/v2/process-instances', json('{"processDefinitionId":"none"}')],
  ['a wrong field', '/v2/process-instances', json('{"processDefinitionId":7}')],
  ['a body that is not JSON', '/v2/process-instances', json('{"processDefinitionId":')],
  ['a page of another site', '/v2/process-instances', json('{}', { origin: 'http://example.org' })],
  ['wrong credentials', '/v2/process-instances', json('{}', { authorization: 'Basic eDp5' })],
  [
    'no job',
    '/v2/jobs/activation',
    json('{"type":"t","timeout":1000,"maxJobsToActivate":1,"requestTimeout":-1}'),
  ],
  ['a job that never was', '/v2/jobs/123/completion', json('{}')],
  ['a key that is none', '/v2/jobs/abc/completion', json('{}')],
];

it.each(REQUESTS)('answers %s alike', async (_, path, init) => {
  const common = { headers: { ...init.headers, 'content-type': 'application/json;charset=utf-8' } };
  expect(await answer(path, init)).toEqual(await answer(path, { ...init, ...common }));
});

it('leaves what it cannot read to Express', async () => {
  expect(
    await answer('/v2/jobs/123/completion', { headers: { 'content-type': 'text/plain' }, body: 'x' }),
  ).toMatchObject({
    status: 415,
  });
});
