/** The loop of built-in workers, on a real runtime. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bpmnXml, chain, serviceTask } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';
import { startWorker } from './job-loop.js';
import type { BuiltInWorker, JobOutcome } from './job-loop.js';

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(
    bpmnXml({
      id: 'one-task',
      nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
      flows: chain('start', 'work', 'end'),
    }),
  );
});
afterEach(() => open.close());

function worker(work: BuiltInWorker['work'], maxJobs = 2): BuiltInWorker {
  return { name: 'tester', jobType: 'work', leaseMs: 60_000, maxJobs, actorOf: () => 'worker:tester', work };
}

async function run(count: number): Promise<void> {
  const running = Array.from({ length: count }, (_one, index) =>
    open.runtime.createInstance(
      { processId: 'one-task', variables: { index }, awaitCompletion: true },
      'user:mary',
    ),
  );
  for (const created of await Promise.all(running))
    expect(created).toMatchObject({ ok: true, completed: true });
}

const DONE: JobOutcome = { type: 'complete', variables: {} };

describe('a built-in worker', () => {
  test('works on several jobs at once, and on no more than it may', async () => {
    let inWork = 0;
    let most = 0;
    const running = startWorker(
      open.runtime,
      worker(async () => {
        most = Math.max(most, ++inWork);
        await new Promise((resolve) => setImmediate(resolve));
        inWork -= 1;
        return DONE;
      }),
      { onError: (error) => open.errors.push(error) },
    );
    await run(9);
    await running.stop();
    expect(most).toBe(2);
    expect(open.errors).toEqual([]);
  });

  test('tells of a defect in its work, and goes on with the other jobs', async () => {
    const told: string[] = [];
    let isFirst = true;
    const running = startWorker(
      open.runtime,
      worker(() => {
        if (!isFirst) return Promise.resolve(DONE);
        isFirst = false;
        return Promise.reject(new Error('a bug'));
      }),
      { onError: (_error, what) => told.push(what) },
    );
    await open.runtime.createInstance({ processId: 'one-task', variables: {} }, 'user:mary');
    await run(2);
    await running.stop();
    expect(told).toEqual([expect.stringMatching(/^The worker tester could not finish job \d+\.$/)]);
  });

  test('gives its jobs a moment when it stops, then ends them', async () => {
    let begin: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const running = startWorker(
      open.runtime,
      worker((_job, signal) => {
        begin();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ type: 'over' })));
      }),
      { onError: (error) => open.errors.push(error), graceMs: 10 },
    );
    await open.runtime.createInstance({ processId: 'one-task', variables: {} }, 'user:mary');
    await begun;
    await running.stop();
    // Nobody has taken the job since, nor said anything of it.
    const jobs: unknown = await open.runtime.store.knex('job').select('state', 'worker');
    expect(jobs).toEqual([{ state: 'CREATED', worker: 'tester' }]);
  });
});
