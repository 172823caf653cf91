/** Incidents below a call activity: found, told and resolved where one looks from above, two levels up. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsTo } from '../support/people.js';
import type { CallAs } from '../support/people.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const calling = (id: string, called: string) =>
  bpmn(`<bpmn:process id="${id}" isExecutable="true"><bpmn:startEvent id="s" />
    <bpmn:callActivity id="call"><bpmn:extensionElements><zeebe:calledElement processId="${called}" />
    </bpmn:extensionElements></bpmn:callActivity>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="call" /></bpmn:process>`);
const FAILING = bpmn(`<bpmn:process id="inner" isExecutable="true"><bpmn:startEvent id="s" />
    <bpmn:serviceTask id="deep"><bpmn:extensionElements><zeebe:taskDefinition type="deep" />
    </bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="deep" /></bpmn:process>`);

let server: TestServer;
let call: CallAs;
let root: string;
beforeAll(async () => {
  server = await startServer();
  call = callsTo(server.url);
  await createClient(server.url).createDeployment({
    resources: [
      new File([calling('outer', 'middle')], 'outer.bpmn'),
      new File([calling('middle', 'inner')], 'middle.bpmn'),
      new File([FAILING], 'inner.bpmn'),
    ],
  });
  const created = await call(null, 'POST', '/v2/process-instances', { processDefinitionId: 'outer' });
  root = created.body.processInstanceKey as string;
  const { jobs } = (
    await call(null, 'POST', '/v2/jobs/activation', { type: 'deep', timeout: 60_000, maxJobsToActivate: 1 })
  ).body as { jobs: { jobKey: string }[] };
  await call(null, 'POST', `/v2/jobs/${jobs[0].jobKey}/failure`, { retries: 0, errorMessage: 'no' });
});
afterAll(() => server.close());

async function found(path: string, body: object = {}): Promise<Record<string, unknown>[]> {
  return (await call(null, 'POST', path, body)).body.items as Record<string, unknown>[];
}
const callActivity = async () =>
  (
    await found('/v2/element-instances/search', { filter: { processInstanceKey: root, elementId: 'call' } })
  )[0];

it('are found at the root and at the call activity, which has an incident', async () => {
  expect(await found(`/v2/process-instances/${root}/incidents/search`)).toMatchObject([
    { elementId: 'deep' },
  ]);
  const element = await callActivity();
  expect(element.hasIncident).toBe(true);
  const path = `/v2/element-instances/${String(element.elementInstanceKey)}/incidents/search`;
  expect(await found(path)).toMatchObject([{ elementId: 'deep' }]);
  const filter = { processInstanceKey: root, hasIncident: true };
  expect(await found('/v2/element-instances/search', { filter })).toHaveLength(2);
  expect(
    await found(`/v2/process-instances/${root}/incidents/search`, { filter: { state: 'RESOLVED' } }),
  ).toEqual([]);
});

it('are resolved at the root; an item whose incident is gone by then is skipped with the reason', async () => {
  const started = await call(null, 'POST', '/v2/process-instances/incident-resolution', {
    filter: { hasIncident: true },
  });
  const key = started.body.batchOperationKey as string;
  await server.runtime?.batchOperations.idle();
  const items = await found('/v2/batch-operation-items/search', { filter: { batchOperationKey: key } });
  const byState = (state: string) => items.filter((item) => item.state === state);
  expect(byState('COMPLETED')).toMatchObject([{ processInstanceKey: root }]);
  expect(byState('SKIPPED')).toHaveLength(2);
  expect(byState('SKIPPED')[0].errorMessage).toContain('nothing to do');
  expect((await callActivity()).hasIncident).toBe(false);
});
