/** Timers: fired once, in time, late or never, and cycles that keep their beat. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Key } from '@countersign/engine';
import { bpmnXml, chain, serviceTask, timer } from '../../test/support/bpmn-xml.js';
import { openTestRuntime, RUNTIME_START } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

const MINUTE = 60_000;

const WAITS = bpmnXml({
  id: 'waits',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT10M')] },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'wait', 'end'),
});

const daily = (cycle: string) =>
  bpmnXml({
    id: 'daily',
    nodes: [
      { type: 'startEvent', id: 'every', content: [timer('timeCycle', cycle)] },
      serviceTask('work'),
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('every', 'work', 'end'),
  });

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(async () => {
  await open.close();
  expect(open.errors).toEqual([]);
});

async function create(processId: string): Promise<Key> {
  const created = await open.runtime.createInstance({ processId, variables: {} }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

/** Moves the clock, and answers when everything that is due has been committed. */
async function moveTo(minutes: number): Promise<void> {
  open.clock.pin(RUNTIME_START + minutes * MINUTE);
  for (;;) {
    await open.runtime.broadcastSignal({ name: 'nobody', variables: {} }, 'system');
    if (open.rows('select key from timer where due_at <= ?', open.clock.now()).length === 0) return;
  }
}

async function count(state: string): Promise<number> {
  const [row] = await open.runtime.store.knex('process_instance').where({ state }).count({ rows: '*' });
  return Number(row.rows);
}

describe('a timer', () => {
  test('fires when its time has come, not before', async () => {
    await open.deploy(WAITS);
    await create('waits');
    await moveTo(9);
    expect(await count('COMPLETED')).toBe(0);
    await moveTo(10);
    expect(await count('COMPLETED')).toBe(1);
    expect(open.rows(`select actor, at from audit where type = 'timer triggered'`)).toEqual([
      { actor: 'timer', at: RUNTIME_START + 10 * MINUTE },
    ]);
  });

  test('that became due while the server was down fires once it is up', async () => {
    await open.deploy(WAITS);
    await create('waits');
    await open.runtime.shutdown();
    open.clock.pin(RUNTIME_START + 60 * MINUTE);
    await open.restart();
    await moveTo(60);
    expect(await count('COMPLETED')).toBe(1);
  });

  test('is gone with its instance', async () => {
    await open.deploy(WAITS);
    await open.runtime.cancelInstance(await create('waits'), 'user:mary');
    await moveTo(10);
    expect(await open.runtime.store.knex('timer').select()).toEqual([]);
    expect(await count('TERMINATED')).toBe(1);
  });

  test('is one of a thousand that are due at once', async () => {
    await open.deploy(WAITS);
    await Promise.all(Array.from({ length: 1_000 }, () => create('waits')));
    await moveTo(10);
    expect(await count('COMPLETED')).toBe(1_000);
  });
});

describe('a timer start event', () => {
  test('starts an instance each time, without drift', async () => {
    await open.deploy(daily('R/PT10M'));
    await moveTo(11);
    await moveTo(23);
    expect(await count('ACTIVE')).toBe(2);
    expect(await open.runtime.store.knex('timer').select('due_at')).toEqual([
      { due_at: RUNTIME_START + 30 * MINUTE },
    ]);
  });

  test('ends after its repetitions', async () => {
    await open.deploy(daily('R2/PT10M'));
    await moveTo(10);
    await moveTo(20);
    await moveTo(30);
    expect(await count('ACTIVE')).toBe(2);
    expect(await open.runtime.store.knex('timer').select()).toEqual([]);
  });

  test('starts one instance for all the times that were missed', async () => {
    await open.deploy(daily('R/PT1S'));
    await moveTo(60 * 24 * 30);
    expect(await count('ACTIVE')).toBe(1);
    expect(await open.runtime.store.knex('timer').select('due_at')).toEqual([
      { due_at: RUNTIME_START + 60 * 24 * 30 * MINUTE + 1_000 },
    ]);
  });

  test('belongs to the latest version only', async () => {
    await open.deploy(daily('R/PT10M'));
    const [latest] = await open.deploy(daily('R/PT15M'));
    await moveTo(15);
    expect(await open.runtime.store.knex('process_instance').select('process_definition_key')).toEqual([
      { process_definition_key: latest },
    ]);
  });
});
