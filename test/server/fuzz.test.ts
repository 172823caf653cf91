/** Random requests to every endpoint: whatever comes, the answer is none of the server's own failures. */
import { fc } from '../support/property.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ONE_JOB } from './models.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  const form = new FormData();
  form.append('resources', new File([ONE_JOB], 'one-job.bpmn'));
  await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
});
afterAll(() => server.close());

const searches = [
  'process-definitions',
  'process-instances',
  'element-instances',
  'variables',
  'jobs',
  'user-tasks',
  'incidents',
];
const commands = [
  'POST /v2/process-instances',
  'POST /v2/process-instances/KEY/cancellation',
  'PUT /v2/element-instances/KEY/variables',
  'POST /v2/jobs/activation',
  'POST /v2/jobs/KEY/completion',
  'POST /v2/jobs/KEY/failure',
  'POST /v2/jobs/KEY/error',
  'PATCH /v2/jobs/KEY',
  'PATCH /v2/user-tasks/KEY',
  'POST /v2/user-tasks/KEY/assignment',
  'POST /v2/user-tasks/KEY/completion',
  'POST /v2/user-tasks/KEY/variables/search',
  'POST /v2/incidents/KEY/resolution',
  'POST /v2/messages/publication',
  'POST /v2/messages/correlation',
  'POST /v2/signals/broadcast',
  'POST /api/session',
  'POST /api/models',
  'PUT /api/models/KEY',
];
const fields = [
  'processInstanceKey',
  'processDefinitionId',
  'state',
  'startDate',
  'variables',
  'name',
  'value',
  'tags',
  '$or',
  'type',
  'timeout',
  'maxJobsToActivate',
  'requestTimeout',
  'assignee',
  'changeset',
  'retries',
  'content',
  'baseRevision',
  'candidateGroup',
  'dueDate',
  'errorCode',
  'signalName',
  'correlationKey',
  'timeToLive',
  'filter',
  'sort',
  'page',
  'limit',
  'after',
  '$like',
  '$in',
  '$exists',
  '__proto__',
  'constructor',
];
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(
      null,
      true,
      -1,
      0,
      1,
      1e308,
      2 ** 53,
      '',
      '1',
      '7',
      'one-job',
      'ACTIVE',
      '2026-01-01T00:00:00Z',
      'WzFd',
      '%',
      '\\',
      '\u0000',
      '="',
    ),
    fc.string(),
    fc.double(),
    fc.array(tie('any'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string({ maxLength: 5 })), tie('any'), {
    maxKeys: 5,
  }),
})) as { any: fc.Arbitrary<unknown>; object: fc.Arbitrary<Record<string, unknown>> };

const requests = fc.oneof(
  fc.record({
    target: fc.constantFrom(...searches).map((name) => `POST /v2/${name}/search`),
    body: fc.record({ filter: values.object, sort: values.any, page: values.any }, { requiredKeys: [] }),
  }),
  fc.record({ target: fc.constantFrom(...commands), body: fc.oneof(values.object, values.any) }),
);

it('has no answer of 500 and none without its reason', async () => {
  await fc.assert(
    fc.asyncProperty(
      requests,
      fc.constantFrom('1', '6', '7', '9007199254740991', '0', 'x'),
      async ({ target, body }, key) => {
        const [method, path] = target.replace('KEY', key).split(' ');
        // A long poll would only make the test slow.
        const sent =
          path.endsWith('/activation') && typeof body === 'object' ? { ...body, requestTimeout: -1 } : body;
        const response = await fetch(server.url + path, {
          method,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(sent),
        });
        const text = await response.text();
        expect(response.status, text).toBeLessThan(500);
        if (response.status >= 400)
          expect(JSON.parse(text)).toMatchObject({
            status: response.status,
            detail: expect.stringMatching(/./) as string,
          });
      },
    ),
    { numRuns: 400 },
  );
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
});
