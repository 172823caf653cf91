/**
 * A hundred thousand timers that fell due while the server was down. It starts, takes commands while it catches up, and
 * fires each of them once. `CRASH_TIMERS` sets another number; how long it took is printed.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, openRuntime } from '@countersign/server';
import { checkJournal } from '../../server/store/check-journal.js';
import { bpmnXml, chain, serviceTask, timer } from '../support/bpmn-xml.js';
import type { NodeSource } from '../support/bpmn-xml.js';
import { createAll } from '../support/runtime-load.js';
import { createTestDatabase, ON_POSTGRES } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';

const TIMERS_EACH = 50;
const TIMERS = Number(process.env['CRASH_TIMERS'] ?? 100_000);
const DAYS = 86_400_000;

const REMINDERS = Array.from({ length: TIMERS_EACH }, (_, index) => `later-${index}`);

/** `waiting` waits at a job with timers that remind; `plain` ends as it begins. */
const WAITING = bpmnXml(
  {
    id: 'waiting',
    nodes: [
      { type: 'startEvent', id: 'start' },
      serviceTask('hold'),
      ...REMINDERS.map((id): NodeSource => ({
        type: 'boundaryEvent',
        id,
        attributes: { attachedToRef: 'hold', cancelActivity: 'false' },
        content: [timer('timeDuration', 'P1000D')],
      })),
      { type: 'endEvent', id: 'end' },
      { type: 'endEvent', id: 'reminded' },
    ],
    flows: [...chain('start', 'hold', 'end'), ...REMINDERS.flatMap((id) => chain(id, 'reminded'))],
  },
  {
    id: 'plain',
    nodes: [
      { type: 'startEvent', id: 'begin' },
      { type: 'endEvent', id: 'over' },
    ],
    flows: chain('begin', 'over'),
  },
);

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.remove());

test.skipIf(ON_POSTGRES)(
  'a hundred thousand timers that are due at start fire once each, while commands are answered',
  { timeout: 300_000 },
  async () => {
    const waiting = Math.ceil(TIMERS / TIMERS_EACH);
    const before = await openRuntime({ database: database.address });
    const deployed = await before.deploy({
      resources: [{ name: 'waiting.bpmn', content: WAITING }],
      actor: 'user:demo',
    });
    if (!deployed.ok) throw new Error(JSON.stringify(deployed.problems));
    await createAll(before, 'waiting', waiting, 20);
    await before.shutdown();
    const errors: unknown[] = [];
    const runtime = await openRuntime({
      database: database.address,
      clock: createClock(Date.now() + 2_000 * DAYS),
      onError: (error) => errors.push(error),
    });
    const rows = <T>(sql: string): T[] => runtime.store.connection.prepare(sql).all() as T[];
    const left = (): number => rows<{ left: number }>('select count(*) as left from timer')[0].left;
    const started = performance.now();
    let answered = 0;
    while (left() > 0) {
      const created = await runtime.createInstance({ processId: 'plain', variables: {} }, 'user:mary');
      expect(created.ok).toBe(true);
      answered += 1;
    }
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(
      `${waiting * TIMERS_EACH} timers fired in ${seconds} s; ${answered} commands answered meanwhile`,
    );
    expect(answered).toBeGreaterThan(10);
    expect(
      rows(`select count(*) as rows, count(distinct json_extract(data, '$.timerKey')) as timers
            from audit where type = 'timer triggered'`),
    ).toEqual([{ rows: waiting * TIMERS_EACH, timers: waiting * TIMERS_EACH }]);
    expect(rows(`select key from incident`)).toEqual([]);
    await runtime.shutdown();
    expect(errors).toEqual([]);
    expect((await checkJournal(database.address)).differences).toEqual([]);
  },
);
