/**
 * The database fails at every place where it can: an instance of every kind of wait is driven to its end again and
 * again, and each time another call to the database fails, until a whole life goes by before the call would come. A
 * caller that is told to come back does, as a client would; nobody else repeats anything. Afterwards each instance is
 * there once and has ended once, and the journal gives the stored state.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Defect, Unavailable } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { CRASH_MODEL } from '../support/crash-model.js';
import type * as sqlite from '../../server/store/sqlite.js';
import { ON_POSTGRES } from '../support/databases.js';
import { FAULTS } from '../support/faulty-database.js';
import type { FaultPlan } from '../support/faulty-database.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';
import { STRANDED, tokenQuestions } from './questions.js';

const plan = vi.hoisted((): FaultPlan => ({ left: 0, code: 0, happened: 0 }));

vi.mock('../../server/store/sqlite.js', async (original) => {
  const real = await original<typeof sqlite>();
  const { withFaults } = await import('../support/faulty-database.js');
  return { ...real, openSqlite: (path: string) => withFaults(real.openSqlite(path), plan) };
});

const SECOND = 1_000;
const CODES = Object.values(FAULTS);

let open: TestRuntime;
let lives = 0;
beforeAll(async () => {
  open = await openTestRuntime();
  await open.deploy(CRASH_MODEL);
});
afterAll(() => open.close());

/** Asks until the answer is another than to come back; a fault that is not said to pass comes as a defect, once. */
async function persist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable) && !(error instanceof Defect)) throw error;
    }
  }
}

/** Drives one instance to its end. */
async function live(orderId: string): Promise<void> {
  const { runtime, clock } = open;
  const created = await persist(() =>
    runtime.createInstance(
      { processId: 'crash', variables: { orderId }, businessId: orderId },
      'client:shop',
    ),
  );
  if (!created.ok) throw new Error(created.rejection.reason);
  const lease = { type: 'charge', worker: 'w', timeoutMs: SECOND, maxJobs: 1, requestTimeoutMs: -1 };
  let jobs = await persist(() => runtime.activateJobs(lease));
  while (jobs.length === 0) {
    clock.pin(clock.now() + SECOND);
    jobs = await persist(() => runtime.activateJobs(lease));
  }
  const complete = { type: 'complete job', jobKey: jobs[0].jobKey, variables: { receipt: orderId } } as const;
  expect(await persist(() => runtime.executeForWorker(complete, 'client:shop'))).toMatchObject({ ok: true });
  const [{ key }] = open.rows<{ key: Key }>(`select key from user_task where state = 'CREATED'`);
  const decide = { type: 'complete user task', userTaskKey: key, variables: {}, action: '' } as const;
  expect(await persist(() => runtime.changeUserTask(decide, 'user:mary'))).toMatchObject({ ok: true });
  const message = { name: 'payment', correlationKey: orderId, messageId: orderId, variables: {} };
  const published = await persist(() => runtime.publishMessage(message, 'client:bank'));
  expect(published).toMatchObject({ ok: true, processInstanceKeys: [created.processInstanceKey] });
  while (open.rows('select key from timer').length > 0) {
    clock.pin(clock.now() + SECOND);
    await persist(() => runtime.broadcastSignal({ name: 'nobody', variables: {} }, 'system'));
  }
}

describe.skipIf(ON_POSTGRES)('a database that fails', () => {
  test('at any one call loses nothing, and doubles nothing', { timeout: 120_000 }, async () => {
    for (let call = 1; plan.left === 0; call += 1) {
      plan.code = CODES[call % CODES.length];
      plan.left = call;
      lives += 1;
      await live(`order-${call}`);
    }
    plan.left = 0;
    console.log(`${plan.happened} faults, one at each call of an instance's life`);
    expect(plan.happened).toBe(lives - 1);
    expect(plan.happened).toBeGreaterThan(50);
  });

  test('leaves every instance ended once, and nothing waiting', () => {
    expect(
      open.rows(
        'select state, count(*) as count, count(distinct business_id) as orders from process_instance group by state',
      ),
    ).toEqual([{ state: 'COMPLETED', count: 2 * lives, orders: lives }]);
    for (const question of [...tokenQuestions(lives), ...STRANDED]) expect(open.rows(question)).toEqual([]);
  });
});
