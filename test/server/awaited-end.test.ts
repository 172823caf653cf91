/** Awaiting the end of an instance that is cancelled: an answer that says so, and never one of success. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsTo, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn, ONE_JOB } from './models.js';

const ENDED_FROM_INSIDE = bpmn(`<bpmn:process id="stopped" isExecutable="true"><bpmn:startEvent id="s" />
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e" /><bpmn:endEvent id="e">
  <bpmn:terminateEventDefinition id="d" /></bpmn:endEvent></bpmn:process>`);

let server: TestServer;
let call: CallAs;

beforeAll(async () => {
  server = await startServer();
  call = callsTo(server.url);
  for (const xml of [ONE_JOB, ENDED_FROM_INSIDE]) {
    const form = new FormData();
    form.append('resources', new File([xml], 'model.bpmn'));
    expect(await call(null, 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
  }
});
afterAll(() => server.close());

async function running(): Promise<string> {
  const search = { filter: { processDefinitionId: 'one-job', state: 'ACTIVE' } };
  const find = async () => (await call(null, 'POST', '/v2/process-instances/search', search)).body.items;
  await expect.poll(async () => ((await find()) as object[]).length).toBe(1);
  const [{ processInstanceKey }] = (await find()) as { processInstanceKey: string }[];
  return processInstanceKey;
}

const awaited = (processDefinitionId: string) =>
  call(null, 'POST', '/v2/process-instances', {
    processDefinitionId,
    awaitCompletion: true,
    requestTimeout: 30_000,
  });

it.each([
  ['cancelled', (key: string) => [`/v2/process-instances/${key}/cancellation`, {}] as const],
  [
    'cancelled with others',
    (key: string) => ['/v2/process-instances/cancellation', { filter: { processInstanceKey: key } }] as const,
  ],
  [
    'left without an element',
    (key: string) =>
      [
        `/v2/process-instances/${key}/modification`,
        { terminateInstructions: [{ elementId: 'work' }] },
      ] as const,
  ],
])('is refused where the instance is %s', async (_how, end) => {
  const answer = awaited('one-job');
  const key = await running();
  const [path, body] = end(key);
  expect((await call(null, 'POST', path, body)).status).toBeLessThan(300);
  const { status, body: problem } = await answer;
  expect(status).toBe(409);
  expect(problem).toMatchObject({ title: 'INVALID_STATE', processInstanceKey: key });
  expect(problem.detail).toContain('cancelled before it completed');
});

it('is a success where a terminate end event ends it', async () => {
  expect(await awaited('stopped')).toMatchObject({ status: 200 });
});
