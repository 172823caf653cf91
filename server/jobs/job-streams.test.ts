/** Job streams by the clock: priorities, rates, leases that run out, and other nodes of the same database. */
import { createClock, openRuntime } from '@countersign/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bpmnXml, chain } from '../../test/support/bpmn-xml.js';
import { ON_POSTGRES } from '../../test/support/databases.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';
import type { ActivatedJob, JobStream, Runtime, StreamJobsRequest } from '../runtime/runtime.js';

const EXTENSIONS = [
  '<zeebe:taskDefinition type="work" />',
  '<zeebe:jobPriorityDefinition priority="=level" />',
];
const MODEL = bpmnXml({
  id: 'streamed',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'serviceTask', id: 'task', extensions: EXTENSIONS },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'task', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(MODEL, 'streamed.bpmn');
});
afterEach(() => open.close());

async function create(level = 0, runtime: Runtime = open.runtime): Promise<void> {
  const created = await runtime.createInstance({ processId: 'streamed', variables: { level } }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
}

async function complete(job: ActivatedJob, runtime: Runtime = open.runtime): Promise<void> {
  const done = await runtime.execute(
    { type: 'complete job', jobKey: job.jobKey, variables: {} },
    'worker:tester',
  );
  expect(done.ok).toBe(true);
}

/** A stream whose jobs gather in a list; `until` waits for so many of them. */
function openStream(request: Partial<StreamJobsRequest> = {}): {
  stream: JobStream;
  jobs: ActivatedJob[];
  until(count: number): Promise<ActivatedJob>;
} {
  const jobs: ActivatedJob[] = [];
  const waiting = new Set<() => void>();
  const stream = open.runtime.streamJobs({
    type: 'work',
    worker: 'tester',
    timeoutMs: 60_000,
    capacity: 10,
    isReady: () => true,
    push(pushed) {
      jobs.push(...pushed);
      for (const call of [...waiting]) call();
    },
    ...request,
  });
  const until = (count: number): Promise<ActivatedJob> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (jobs.length < count) return;
        waiting.delete(look);
        resolve(jobs[count - 1]);
      };
      waiting.add(look);
      look();
    });
  return { stream, jobs, until };
}

test('jobs of a higher priority come first, and the next with the completion of the one before', async () => {
  for (const level of [5, 90, -1, 40]) await create(level);
  const { stream, jobs, until } = openStream({ capacity: 1 });
  for (const count of [1, 2, 3, 4]) await complete(await until(count));
  expect(jobs.map(({ variables }) => variables.level)).toEqual([90, 40, 5, -1]);
  stream.end();
});

test('a rate holds for streams too, and the rest comes as time goes by', async () => {
  await open.close();
  open = await openTestRuntime({ jobRates: { work: { count: 3, intervalMs: 60_000 } } });
  await open.deploy(MODEL, 'streamed.bpmn');
  const { stream, jobs, until } = openStream({ timeoutMs: 600_000 });
  for (let number = 0; number < 6; number += 1) await create();
  expect(jobs).toHaveLength(3);
  open.clock.pin(open.clock.now() + 20_000);
  await until(4);
  expect(jobs).toHaveLength(4);
  stream.end();
});

test('a job whose time is over makes room and comes again, one whose time was prolonged does not', async () => {
  const { stream, jobs, until } = openStream({ capacity: 2 });
  for (let number = 0; number < 3; number += 1) await create();
  const [first, second] = [await until(1), await until(2)];
  await open.runtime.updateJob({ jobKey: second.jobKey, timeoutMs: 600_000 }, 'worker:tester');
  open.clock.pin(open.clock.now() + 60_000);
  const next = await until(3);
  expect(next.jobKey).not.toBe(second.jobKey);
  expect(jobs).toHaveLength(3);
  await complete(next);
  await complete(await until(4));
  expect(jobs.map(({ jobKey }) => jobKey).sort()).not.toContain(undefined);
  expect(new Set(jobs.map(({ jobKey }) => jobKey)).size).toBe(3);
  expect(jobs[2].jobKey === first.jobKey || jobs[3].jobKey === first.jobKey).toBe(true);
  stream.end();
});

test('a stream that is not ready is given nothing until it says that it is', async () => {
  let isReady = false;
  const { stream, jobs, until } = openStream({ isReady: () => isReady });
  await create();
  expect(jobs).toHaveLength(0);
  expect(open.rows('select worker from job')).toEqual([{ worker: null }]);
  isReady = true;
  stream.resume();
  await until(1);
  stream.end();
});

test('a stream that has ended is given nothing, and keeps what it holds', async () => {
  const { stream, jobs, until } = openStream();
  await create();
  await until(1);
  stream.end();
  await create();
  expect(jobs).toHaveLength(1);
  expect(open.rows('select worker from job order by key')).toEqual([{ worker: 'tester' }, { worker: null }]);
});

test.skipIf(!ON_POSTGRES)('another node wakes a stream, and what ends there makes room here', async () => {
  const other = await openRuntime({ database: open.path, clock: createClock(open.clock.now()) });
  try {
    const { stream, until } = openStream({ capacity: 1 });
    await create(0, other);
    await complete(await until(1), other);
    await create(0, other);
    await complete(await until(2), other);
    stream.end();
  } finally {
    await other.shutdown();
  }
});
