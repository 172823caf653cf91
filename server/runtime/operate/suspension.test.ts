/** A suspended instance gives nothing away: no job, no timer, no message; all of it comes back once. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Key } from '@countersign/engine';
import { bpmnXml, chain, message, serviceTask, timer } from '../../../test/support/bpmn-xml.js';
import { openTestRuntime, RUNTIME_START } from '../../../test/support/runtime.js';
import type { TestRuntime } from '../../../test/support/runtime.js';

const paid = message('m', 'paid', '=order');
const start = { type: 'startEvent', id: 'start' };
const end = { type: 'endEvent', id: 'end' };
const WAITING = bpmnXml({
  id: 'waiting',
  nodes: [
    start,
    { type: 'parallelGateway', id: 'fork' },
    serviceTask('work'),
    { type: 'intermediateCatchEvent', id: 'later', content: [timer('timeDuration', 'PT10M')] },
    { type: 'intermediateCatchEvent', id: 'payment', content: [paid.event] },
    { type: 'parallelGateway', id: 'join' },
    end,
  ],
  flows: [
    ...chain('start', 'fork'),
    ...['work', 'later', 'payment'].flatMap((id) => chain('fork', id, 'join')),
    ...chain('join', 'end'),
  ],
  roots: [paid.root],
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(WAITING);
});
afterEach(() => open.close());

async function create(): Promise<Key> {
  const request = { processId: 'waiting', variables: { order: 'o-1' } };
  const created = await open.runtime.createInstance(request, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

function takeJobs() {
  const request = { type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 10, requestTimeoutMs: -1 };
  return open.runtime.activateJobs(request);
}

async function give(type: 'suspend instance' | 'resume instance', processInstanceKey: Key): Promise<void> {
  const result = await open.runtime.execute({ type, processInstanceKey }, 'user:mary');
  if (!result.ok) throw new Error(result.rejection.reason);
}

const publish = (timeToLive: number) =>
  open.runtime.publishMessage(
    { name: 'paid', correlationKey: 'o-1', timeToLive, variables: { paid: true } },
    'client:test',
  );

/** Moves the clock, and answers when what is due was committed. */
async function moveTo(minutes: number): Promise<void> {
  open.clock.pin(RUNTIME_START + minutes * 60_000);
  for (;;) {
    await open.runtime.broadcastSignal({ name: 'nobody', variables: {} }, 'system');
    if (open.rows('select key from timer where due_at <= ?', open.clock.now()).length === 0) return;
  }
}

const countOf = (type: string): number => open.rows('select 1 from audit where type = ?', type).length;

test.each([false, true])('jobs, timers and messages wait, restarted meanwhile: %s', async (restarts) => {
  const key = await create();
  await give('suspend instance', key);
  if (restarts) await open.restart();
  expect(await takeJobs()).toEqual([]);
  await moveTo(30);
  expect(countOf('timer triggered')).toBe(0);
  expect(await publish(3_600_000)).toMatchObject({ ok: true, processInstanceKeys: [] });
  const correlated = await open.runtime.correlateMessage(
    { name: 'paid', correlationKey: 'o-1', variables: {} },
    'client:test',
  );
  expect(correlated).toMatchObject({ ok: false, rejection: { type: 'NOT_FOUND' } });
  await give('resume instance', key);
  await moveTo(31);
  expect(countOf('timer triggered')).toBe(1);
  expect(countOf('message correlated')).toBe(1);
  const jobs = await takeJobs();
  expect(jobs).toMatchObject([{ type: 'work', variables: { paid: true } }]);
  const done = { type: 'complete job', jobKey: jobs[0].jobKey, variables: {} } as const;
  expect(await open.runtime.execute(done, 'worker:w')).toMatchObject({ ok: true });
  expect(open.rows('select state from process_instance')).toEqual([{ state: 'COMPLETED' }]);
  expect(open.rows('select * from held')).toEqual([]);
  expect(open.errors).toEqual([]);
});

test('a job that a worker holds can be finished meanwhile, and is lost to nobody if the worker dies', async () => {
  const key = await create();
  expect(await takeJobs()).toHaveLength(1);
  await give('suspend instance', key);
  await moveTo(5);
  expect(await takeJobs()).toEqual([]);
  await give('resume instance', key);
  expect(await takeJobs()).toHaveLength(1);
  await give('suspend instance', key);
  const [{ jobKey }] = open.rows<{ jobKey: Key }>('select key as jobKey from job');
  expect(await open.runtime.updateJob({ jobKey, timeoutMs: 600_000 }, 'worker:w')).toMatchObject({
    ok: true,
  });
  await open.runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:w');
  expect(countOf('move held')).toBe(1);
  await give('resume instance', key);
  expect(open.rows(`select state from element_instance where element_id = 'work'`)).toEqual([
    { state: 'COMPLETED' },
  ]);
});
