/** What would hang or kill a server without limits, over HTTP: each is an incident or goes through, and it answers on. */
import { ProcessDefinitionId, type CamundaClient } from '@camunda8/orchestration-cluster-api';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bpmnXml, chain, serviceTask, type NodeSource, type ScopeSource } from '../support/bpmn-xml.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
/** What an instance does by itself goes on after the answer, in commits that it shares with others. */
const PATIENCE = 100_000;
const start: NodeSource = { type: 'startEvent', id: 'start' };
const end: NodeSource = { type: 'endEvent', id: 'end' };
let server: TestServer;
let client: CamundaClient;

beforeAll(async () => {
  server = await startServer({ uploadLimit: 20 });
  client = createClient(server.url);
});
afterAll(() => server.close());

async function deploy(id: string, scope: ScopeSource): Promise<void> {
  const xml = bpmnXml({ id, nodes: [start, ...scope.nodes, end], flows: scope.flows });
  await client.createDeployment({ resources: [new File([xml], `${id}.bpmn`)] });
}

/** Begins an instance while others ask whether the server is well. */
async function begin(id: string, variables: Record<string, unknown> = {}) {
  const processDefinitionId = ProcessDefinitionId.assumeExists(id);
  const begun = client.createProcessInstance({ processDefinitionId, variables });
  const asked = Array.from({ length: 5 }, () => client.getTopology());
  const [{ processInstanceKey }] = await Promise.all([begun, ...asked]);
  return processInstanceKey;
}

/** Checks the incidents of an instance and of what it called, ends it, and checks that others can still be begun. */
async function expectIncident(
  processInstanceKey: Awaited<ReturnType<typeof begin>>,
  elementId: string,
  words: RegExp,
): Promise<void> {
  const { items } = await client.searchIncidents(
    { filter: { elementId, state: 'ACTIVE' } },
    { consistency: { waitUpToMs: PATIENCE, predicate: (found) => found.items.length > 0 } },
  );
  expect(items).toHaveLength(1);
  expect(items[0].errorMessage).toMatch(words);
  await client.cancelProcessInstance({ processInstanceKey });
  expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('TERMINATED');
}

it('a loop that waits for nothing', async () => {
  const flows = [...chain('start', 'round', 'round'), { from: 'round', to: 'end', condition: '=false' }];
  await deploy('endless', { nodes: [{ type: 'task', id: 'round' }], flows });
  await expectIncident(await begin('endless'), 'endless', /loop/);
}, 120_000);

it('a process that calls itself', async () => {
  const called = ['<zeebe:calledElement processId="deep" />'];
  const nodes = [{ type: 'callActivity', id: 'call', extensions: called }];
  await deploy('deep', { nodes, flows: chain('start', 'call', 'end') });
  await expectIncident(await begin('deep'), 'call', /1,?000/);
}, 120_000);

it('a multi-instance activity over a million entries', async () => {
  const marker =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
    '<zeebe:loopCharacteristics inputCollection="=items" />' +
    '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
  await deploy('million', {
    nodes: [serviceTask('each', { content: [marker] })],
    flows: chain('start', 'each', 'end'),
  });
  const items = new Array<number>(1_000_000).fill(1);
  await expectIncident(
    await begin('million', { items }),
    'each',
    /would run 1000000 times; the limit is 100000/,
  );
}, 120_000);

it('a model of 10,000 elements', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
  const nodes = ids.map((id): NodeSource => ({ type: 'task', id }));
  await deploy('long', { nodes, flows: chain('start', ...ids, 'end') });
  const processInstanceKey = await begin('long');
  const { state } = await client.getProcessInstance(
    { processInstanceKey },
    { consistency: { waitUpToMs: PATIENCE, predicate: (found) => found.state !== 'ACTIVE' } },
  );
  expect(state).toBe('COMPLETED');
}, 120_000);

it('a variable of 4 MB, and one beyond what the server takes', async () => {
  await deploy('big', { nodes: [serviceTask('work')], flows: chain('start', 'work', 'end') });
  const processInstanceKey = await begin('big', { big: 'x'.repeat(4_000_000) });
  const { jobs } = await client.activateJobs({
    type: 'work',
    worker: 'w',
    timeout: 60_000,
    maxJobsToActivate: 1,
    requestTimeout: 5000,
  });
  expect(String(jobs[0].variables['big'])).toHaveLength(4_000_000);
  await client.completeJob({ jobKey: jobs[0].jobKey, variables: {} });
  expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('COMPLETED');
  const response = await fetch(`${server.url}/v2/process-instances`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ processDefinitionId: 'big', variables: { big: 'x'.repeat(24_000_000) } }),
  });
  expect(response.status).toBe(413);
  await client.getTopology();
}, 120_000);

/** Asks whether the server is well until `done`; how often it said so. */
async function askedWhile<T>(done: Promise<T>): Promise<{ readonly result: T; readonly answers: number }> {
  let isOver = false;
  const over = done.finally(() => (isOver = true));
  let answers = 0;
  while (!isOver) {
    const response = await fetch(`${server.url}/health`);
    expect(response.status).toBe(200);
    answers += 1;
  }
  return { result: await over, answers };
}

it('30,000 runs side by side, more than is kept in memory of idle instances: begun, ended by the first one, and cancelled, while others are answered', async () => {
  const marker =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
    '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" />' +
    '</bpmn:extensionElements><bpmn:completionCondition>=numberOfCompletedInstances = 1</bpmn:completionCondition>' +
    '</bpmn:multiInstanceLoopCharacteristics>';
  await deploy('many', {
    nodes: [serviceTask('one', { content: [marker] })],
    flows: chain('start', 'one', 'end'),
  });
  const variables = { items: Array.from({ length: 30_000 }, (_, index) => index) };
  /** Whether moves of an instance are left to a step of their own. */
  const goesOn = async (instance: string): Promise<boolean> => {
    const left: unknown = await server.runtime?.store
      .knex('timer')
      .where('process_instance_key', Number(instance))
      .first('key');
    return left !== undefined;
  };
  const begun = async (): Promise<string> => {
    const { processInstanceKey } = await client.createProcessInstance({
      processDefinitionId: ProcessDefinitionId.assumeExists('many'),
      variables,
    });
    // The database answers at once: others get their turn in between.
    while (await goesOn(processInstanceKey)) await setImmediate();
    return processInstanceKey;
  };
  const ended = async (processInstanceKey: string): Promise<string> => {
    for (;;) {
      const response = await fetch(`${server.url}/v2/process-instances/${processInstanceKey}`);
      const { state } = (await response.json()) as { state: string };
      if (state !== 'ACTIVE') return state;
    }
  };
  const command = (path: string, body: object) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  const { result: first, answers } = await askedWhile(begun());
  expect(answers).toBeGreaterThan(10);
  const { jobs } = await client.activateJobs({
    type: 'one',
    worker: 'w',
    timeout: 60_000,
    maxJobsToActivate: 1,
    requestTimeout: 5000,
  });
  await client.completeJob({ jobKey: jobs[0].jobKey, variables: {} });
  const completed = await askedWhile(ended(first));
  expect(completed.result).toBe('COMPLETED');
  expect(completed.answers).toBeGreaterThan(10);

  const second = await begun();
  expect((await command(`/v2/process-instances/${second}/cancellation`, {})).status).toBe(204);
  const cancelled = await askedWhile(ended(second));
  expect(cancelled.result).toBe('TERMINATED');
  expect(cancelled.answers).toBeGreaterThan(10);
}, 300_000);
