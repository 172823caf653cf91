/** A clock that jumps an hour ahead or back under a working server: nothing fires twice, and nothing is left behind. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bpmnXml, chain, serviceTask, timer } from '../support/bpmn-xml.js';
import { openTestRuntime, RUNTIME_START } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const WAITS = bpmnXml({
  id: 'waits',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT10M')] },
    serviceTask('work'),
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'wait', 'work', 'end'),
});

const CYCLE = bpmnXml({
  id: 'cycle',
  nodes: [
    { type: 'startEvent', id: 'every', content: [timer('timeCycle', 'R/PT10M')] },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('every', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(async () => {
  await open.close();
  expect(open.errors).toEqual([]);
});

/** Sets the clock, and answers when everything that is due has been committed. */
async function setTo(time: number): Promise<void> {
  open.clock.pin(time);
  for (;;) {
    await open.runtime.broadcastSignal({ name: 'nobody', variables: {} }, 'system');
    if (open.rows('select key from timer where due_at <= ?', open.clock.now()).length === 0) return;
  }
}

const fired = (): number => open.rows(`select position from audit where type = 'timer triggered'`).length;
const create = () => open.runtime.createInstance({ processId: 'waits', variables: {} }, 'user:mary');

async function take(timeoutMs: number) {
  return open.runtime.activateJobs({
    type: 'work',
    worker: 'w',
    timeoutMs,
    maxJobs: 10,
    requestTimeoutMs: -1,
  });
}

test('an hour ahead fires what is due by then, once, and a cycle once for all it missed', async () => {
  await open.deploy(WAITS);
  await open.deploy(CYCLE, 'cycle.bpmn');
  await create();
  await setTo(RUNTIME_START + HOUR);
  expect(fired()).toBe(2);
  await setTo(RUNTIME_START + HOUR + MINUTE);
  expect(fired()).toBe(2);
  // The beat is still that of the first ten minutes.
  expect(open.rows('select due_at from timer')).toEqual([{ due_at: RUNTIME_START + HOUR + 10 * MINUTE }]);
});

test('an hour back fires nothing again, and keeps what waits for when it is due', async () => {
  await open.deploy(WAITS);
  await open.deploy(CYCLE, 'cycle.bpmn');
  await create();
  await setTo(RUNTIME_START + 10 * MINUTE);
  expect(fired()).toBe(2);
  await create();
  await setTo(RUNTIME_START - 50 * MINUTE);
  await create();
  expect(fired()).toBe(2);
  await setTo(RUNTIME_START - 40 * MINUTE);
  // The one that was created by the clock that stood an hour behind.
  expect(fired()).toBe(3);
  await setTo(RUNTIME_START + 20 * MINUTE);
  expect(fired()).toBe(5);
  expect(open.rows('select count(*) as count from job')).toEqual([{ count: 3 }]);
});

test('a lease ends early or late with the clock, and its job is given to one worker at a time', async () => {
  await open.deploy(WAITS);
  await create();
  await setTo(RUNTIME_START + 10 * MINUTE);
  const [first] = await take(5 * MINUTE);
  await setTo(RUNTIME_START - 50 * MINUTE);
  expect(await take(5 * MINUTE)).toEqual([]);
  await setTo(RUNTIME_START + 2 * HOUR);
  const [second] = await take(5 * MINUTE);
  expect(second.jobKey).toBe(first.jobKey);
  expect(await take(5 * MINUTE)).toEqual([]);
  const complete = { type: 'complete job', jobKey: first.jobKey, variables: {} } as const;
  expect(await open.runtime.execute(complete, 'worker:w')).toMatchObject({ ok: true });
  expect(await open.runtime.execute(complete, 'worker:w')).toMatchObject({ ok: false });
});
