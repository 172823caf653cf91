/** Jobs whose model writes no retries: retries count failures, so that each of them is given once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bpmnXml, chain, type NodeSource } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

function processWith(task: NodeSource): string {
  return bpmnXml({
    id: 'p',
    nodes: [{ type: 'startEvent', id: 'start' }, task, { type: 'endEvent', id: 'end' }],
    flows: chain('start', task.id, 'end'),
  });
}

async function begin(task: NodeSource): Promise<number> {
  await open.deploy(processWith(task));
  const created = await open.runtime.createInstance({ processId: 'p', variables: { none: 0 } }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

async function take() {
  const request = { type: 'work', worker: 'tester', timeoutMs: 60_000, maxJobs: 5, requestTimeoutMs: -1 };
  return open.runtime.activateJobs(request);
}

function fail(jobKey: number, retries: number | undefined) {
  const details = { errorMessage: 'no', retryBackOff: 0, variables: {} };
  return open.runtime.execute({ type: 'fail job', jobKey: jobKey as never, retries, ...details }, 'worker:w');
}

const listener = (kind: string, event: string, retries: string) =>
  `<zeebe:${kind}s><zeebe:${kind} type="work" eventType="${event}" retries="${retries}" /></zeebe:${kind}s>`;

const kinds: readonly (readonly [what: string, task: NodeSource])[] = [
  ...['0', '-1', '=none', '=none - 3'].map((retries): readonly [string, NodeSource] => [
    `a service task with "${retries}"`,
    {
      type: 'serviceTask',
      id: 'task',
      extensions: [`<zeebe:taskDefinition type="work" retries="${retries}" />`],
    },
  ]),
  [
    'a sent message',
    {
      type: 'sendTask',
      id: 'task',
      extensions: ['<zeebe:taskDefinition type="work" retries="0" />'],
    },
  ],
  [
    'an execution listener',
    { type: 'manualTask', id: 'task', extensions: [listener('executionListener', 'end', '=none')] },
  ],
  [
    'a task listener',
    {
      type: 'userTask',
      id: 'task',
      extensions: ['<zeebe:userTask />', listener('taskListener', 'creating', '0')],
    },
  ],
  [
    'an ad-hoc sub-process',
    {
      type: 'adHocSubProcess',
      id: 'task',
      extensions: ['<zeebe:taskDefinition type="work" retries="=none" />'],
      inside: { nodes: [{ type: 'task', id: 'inner' }], flows: [] },
    },
  ],
];

describe('a job without retries is given once, and failing is an incident', () => {
  test.each(kinds)('%s', async (_what, task) => {
    await begin(task);
    const [job] = await take();
    expect(job?.retries).toBeLessThanOrEqual(0);
    expect((await fail(job.jobKey, undefined)).ok).toBe(true);
    expect(open.rows("select resume from incident where state = 'ACTIVE'")).toEqual([{ resume: 'job' }]);
    expect(await take()).toEqual([]);
    const [incident] = open.rows<{ key: number }>('select key from incident');
    const resolve = { type: 'resolve incident', incidentKey: incident?.key as never } as const;
    await open.runtime.execute({ type: 'update job', jobKey: job.jobKey, retries: 1 }, 'user:mary');
    expect((await open.runtime.execute(resolve, 'user:mary')).ok).toBe(true);
    expect(await take()).toHaveLength(1);
  });
});

test('a worker that takes one off what it was given has none left', async () => {
  await begin(kinds[0][1]);
  const [job] = await take();
  expect((await fail(job.jobKey, job.retries - 1)).ok).toBe(true);
  expect(open.rows('select retries, state from job')).toEqual([{ retries: 0, state: 'FAILED' }]);
});

test('it waits for its suspended instance, and is given when that is resumed', async () => {
  const processInstanceKey = (await begin(kinds[0][1])) as never;
  await open.runtime.execute({ type: 'suspend instance', processInstanceKey }, 'user:mary');
  expect(await take()).toEqual([]);
  await open.runtime.execute({ type: 'resume instance', processInstanceKey }, 'user:mary');
  expect(await take()).toHaveLength(1);
});
