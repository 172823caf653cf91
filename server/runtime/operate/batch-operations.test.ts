/** Batch operations survive a stop at any moment, and can be held and ended in the middle. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Key } from '@countersign/engine';
import { bpmnXml, chain, serviceTask } from '../../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../../test/support/runtime.js';
import type { TestRuntime } from '../../../test/support/runtime.js';

const LINE = bpmnXml({
  id: 'line',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});
const COUNT = 250;

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(LINE);
  const request = { processId: 'line', variables: {} };
  await Promise.all(Array.from({ length: COUNT }, () => open.runtime.createInstance(request, 'user:mary')));
});
afterEach(() => open.close());

async function cancelAll(): Promise<Key> {
  const request = {
    type: 'CANCEL_PROCESS_INSTANCE',
    filter: { processDefinitionId: 'line' },
    plan: {},
  } as const;
  const created = await open.runtime.batchOperations.create(request, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.key;
}

const ended = (): number => open.rows(`select 1 from process_instance where state = 'TERMINATED'`).length;
const operation = () => open.rows('select state, total, completed, failed, skipped from batch_operation')[0];

test('one that a stop interrupted goes on, and does nothing twice', async () => {
  await cancelAll();
  for (let stops = 0; stops < 4; stops += 1) await open.restart();
  await open.runtime.batchOperations.idle();
  expect(operation()).toEqual({ state: 'COMPLETED', total: COUNT, completed: COUNT, failed: 0, skipped: 0 });
  expect(ended()).toBe(COUNT);
  const modified = open.rows(`select 1 from audit where type = 'element terminated' and element_id = 'line'`);
  expect(modified).toHaveLength(COUNT);
  const states = open.rows(`select 1 from audit where type = 'batch operation state changed'`);
  expect(states).toHaveLength(1);
});

test('one that is suspended stands still until it is resumed, and one that is cancelled leaves the rest', async () => {
  const key = await cancelAll();
  const { control, idle } = open.runtime.batchOperations;
  expect(await control(key, 'suspend', 'user:mary')).toEqual({ ok: true });
  await idle();
  const before = ended();
  expect(before).toBeLessThan(COUNT);
  await open.restart();
  await open.runtime.batchOperations.idle();
  expect(ended()).toBe(before);
  const resumed = open.runtime.batchOperations;
  expect(await resumed.control(key, 'resume', 'user:mary')).toEqual({ ok: true });
  expect(await resumed.control(key, 'cancel', 'user:mary')).toEqual({ ok: true });
  await resumed.idle();
  expect(ended()).toBeLessThan(COUNT);
  expect(operation()).toMatchObject({ state: 'CANCELED' });
  expect(await resumed.control(key, 'resume', 'user:mary')).toMatchObject({ ok: false });
});

test('ended instances go when their time is over, but for those that a guard keeps', async () => {
  await cancelAll();
  await open.runtime.batchOperations.idle();
  const [{ key: held }] = open.rows<{ key: Key }>(
    'select key from process_instance order by key limit 1 offset 7',
  );
  open.runtime.retentionGuards.add(({ rootKey }) => (rootKey === held ? 'A court asked for it.' : null));
  await open.runtime.retention.set('line', 30, 'user:mary');
  expect(await open.runtime.retention.apply()).toBe(0);
  open.clock.pin(open.clock.now() + 31 * 86_400_000);
  expect(await open.runtime.retention.apply()).toBe(COUNT - 1);
  expect(open.rows('select key from process_instance')).toEqual([{ key: held }]);
  expect(open.rows('select key from element_instance where process_instance_key <> ?', held)).toEqual([]);
  expect(await open.runtime.deleteInstance(held, 'user:mary')).toMatchObject({
    ok: false,
    rejection: { type: 'FORBIDDEN', reason: 'A court asked for it.' },
  });
  await open.runtime.retention.set('line', null, 'user:mary');
  expect(await open.runtime.retention.rules()).toEqual([]);
});
