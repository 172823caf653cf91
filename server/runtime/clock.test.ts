/** The clock of the system can be moved under a server that runs: what is due by the new time is due. */
import { expect, it } from 'vitest';
import { bpmnXml, chain, timer } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import { createClock } from './clock.js';

const HOUR = 3_600_000;

/** A clock of the system that a test sets, beside one that only runs. Begins now, as a database's own clock does. */
function settable() {
  let [wall, steady] = [Date.now(), 5_000];
  const clock = createClock(undefined, { wall: () => wall, steady: () => steady });
  return {
    clock,
    passes: (milliseconds: number) => {
      wall += milliseconds;
      steady += milliseconds;
    },
    isSetBy: (milliseconds: number) => void (wall += milliseconds),
  };
}

it('tells who listens when it was set, ahead or back, and nothing when time passes', () => {
  const { clock, passes, isSetBy } = settable();
  let told = 0;
  clock.onMoved(() => void (told += 1));
  for (let second = 0; second < 5; second += 1) {
    passes(1_000);
    clock.look();
  }
  expect(told).toBe(0);
  isSetBy(2 * HOUR);
  clock.look();
  expect(told).toBe(1);
  clock.look();
  expect(told).toBe(1);
  isSetBy(-HOUR);
  clock.look();
  expect(told).toBe(2);
});

it('says nothing of the system while it is pinned, nor of the pinned time after it', () => {
  const { clock, isSetBy } = settable();
  clock.pin(clock.now());
  let told = 0;
  clock.onMoved(() => void (told += 1));
  isSetBy(HOUR);
  clock.look();
  expect(told).toBe(0);
});

it('fires the timers that the new time has passed', async () => {
  const { clock, isSetBy } = settable();
  const open = await openTestRuntime({ clock });
  await open.deploy(
    bpmnXml({
      id: 'nap',
      nodes: [
        { type: 'startEvent', id: 'start' },
        { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT1H')] },
        { type: 'endEvent', id: 'end' },
      ],
      flows: chain('start', 'wait', 'end'),
    }),
  );
  const created = await open.runtime.createInstance({ processId: 'nap', variables: {} }, 'user:mary');
  expect(created).toMatchObject({ ok: true });
  isSetBy(2 * HOUR);
  clock.look();
  await expect.poll(() => open.rows("select 1 from audit where type = 'timer triggered'").length).toBe(1);
  await open.close();
});
