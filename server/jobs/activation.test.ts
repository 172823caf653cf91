/** Giving jobs to workers: by priority, and those of listeners with what they listen to. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '@countersign/engine';
import { bpmnXml, chain } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

const WORK = '<zeebe:taskDefinition type="work" />';

function oneTask(id: string, extensions: readonly string[]): string {
  return bpmnXml({
    id,
    nodes: [
      { type: 'startEvent', id: 'start' },
      { type: 'serviceTask', id: 'task', extensions },
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', 'task', 'end'),
  });
}

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

async function create(processId: string, variables: JsonObject): Promise<void> {
  const created = await open.runtime.createInstance({ processId, variables }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
}

function take(type: string, maxJobs: number) {
  return open.runtime.activateJobs({
    type,
    worker: 'tester',
    timeoutMs: 60_000,
    maxJobs,
    requestTimeoutMs: -1,
  });
}

test('jobs of a higher priority are given first, those that wait longest first among equals', async () => {
  await open.deploy(
    oneTask('urgent', [WORK, '<zeebe:jobPriorityDefinition priority="=level" />']),
    'urgent.bpmn',
  );
  for (const level of [5, 90, 5, -1, 40]) await create('urgent', { level });
  const levels = (jobs: Awaited<ReturnType<typeof take>>) => jobs.map(({ variables }) => variables.level);
  expect(levels(await take('work', 2))).toEqual([90, 40]);
  const rest = await take('work', 10);
  expect(levels(rest)).toEqual([5, 5, -1]);
  expect((rest[0]?.jobKey ?? 0) < (rest[1]?.jobKey ?? 0)).toBe(true);
});

test('a process with many waiting jobs does not keep another from its turn', async () => {
  await open.deploy(oneTask('busy', [WORK]), 'busy.bpmn');
  await open.deploy(oneTask('calm', [WORK]), 'calm.bpmn');
  await open.deploy(oneTask('third', [WORK]), 'third.bpmn');
  await Promise.all(Array.from({ length: 500 }, () => create('busy', {})));
  for (const id of ['calm', 'calm', 'third']) await create(id, {});
  const ids = (jobs: Awaited<ReturnType<typeof take>>) => jobs.map(({ processId }) => processId);
  // One at a time, each definition has its turn.
  const singly = [await take('work', 1), await take('work', 1), await take('work', 1)].flatMap(ids);
  expect(singly.sort()).toEqual(['busy', 'calm', 'third']);
  // Many at a time: the rest of the small ones is among the first, and nobody gets less than was asked for.
  const many = ids(await take('work', 100));
  expect(many).toHaveLength(100);
  expect(many.slice(0, 2)).toContain('calm');
  expect(many.filter((id) => id === 'busy')).toHaveLength(99);
  expect(await take('work', 1_000)).toHaveLength(400);
});

test('a turn does not come before a higher priority', async () => {
  const level = '<zeebe:jobPriorityDefinition priority="=level" />';
  for (const id of ['busy', 'calm', 'idle']) await open.deploy(oneTask(id, [WORK, level]), `${id}.bpmn`);
  for (let number = 0; number < 5; number += 1) await create('busy', { level: 50 });
  await create('calm', { level: 50 });
  for (const id of ['idle', 'idle', 'calm']) await create(id, { level: 1 });
  const ids = (jobs: Awaited<ReturnType<typeof take>>) => jobs.map(({ processId }) => processId);
  expect(ids(await take('work', 6)).sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'calm']);
  expect(ids(await take('work', 6)).sort()).toEqual(['calm', 'idle', 'idle']);
});

test('no more jobs of a limited type are given than its rate allows, and the rest as time goes by', async () => {
  await open.close();
  open = await openTestRuntime({ jobRates: { work: { count: 3, intervalMs: 60_000 } } });
  await open.deploy(oneTask('limited', [WORK]), 'limited.bpmn');
  for (let number = 0; number < 6; number += 1) await create('limited', {});
  expect(await take('work', 10)).toHaveLength(3);
  expect(await take('work', 10)).toHaveLength(0);
  open.clock.pin(open.clock.now() + 20_000);
  expect(await take('work', 10)).toHaveLength(1);
  // A poll that waits is woken when the next one may be given.
  const waiting = open.runtime.activateJobs({
    type: 'work',
    worker: 'tester',
    timeoutMs: 600_000,
    maxJobs: 10,
    requestTimeoutMs: 20_000,
  });
  await create('limited', {});
  open.clock.pin(open.clock.now() + 20_000);
  expect(await waiting).toHaveLength(1);
});

test('a listener is a job of its own, with its own headers, before and after the work', async () => {
  const listener = (eventType: string, type: string) =>
    `<zeebe:executionListener eventType="${eventType}" type="${type}"><zeebe:headers><zeebe:header key="of" value="${type}" /></zeebe:headers></zeebe:executionListener>`;
  const listeners = `<zeebe:executionListeners>${listener('start', 'prepare')}${listener('end', 'tidy')}</zeebe:executionListeners>`;
  await open.deploy(oneTask('listened', [WORK, listeners]), 'listened.bpmn');
  await create('listened', {});
  const seen: unknown[] = [];
  for (const type of ['prepare', 'work', 'tidy']) {
    const [job] = await take(type, 1);
    if (!job) throw new Error(`No job of type ${type}`);
    seen.push([job.kind, job.listens, job.customHeaders]);
    const done = await open.runtime.execute(
      { type: 'complete job', jobKey: job.jobKey, variables: {} },
      'worker:tester',
    );
    expect(done.ok).toBe(true);
  }
  expect(seen).toEqual([
    ['EXECUTION_LISTENER', 'START', { of: 'prepare' }],
    ['BPMN_ELEMENT', null, {}],
    ['EXECUTION_LISTENER', 'END', { of: 'tidy' }],
  ]);
  expect(open.rows('select state from process_instance')).toEqual([{ state: 'COMPLETED' }]);
});
