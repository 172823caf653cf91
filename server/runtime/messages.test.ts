/** Messages and signals: who takes what, once, and what is kept for those who come later. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject, Key } from '@countersign/engine';
import { bpmnXml, chain, message, serviceTask } from '../../test/support/bpmn-xml.js';
import { openTestRuntime, RUNTIME_START } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

const payment = message('m1', 'payment', '=orderId');
const WAITS = bpmnXml({
  id: 'waits',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'intermediateCatchEvent', id: 'paid', content: [payment.event] },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'paid', 'end'),
  roots: [payment.root],
});

const order = message('m2', 'order');
const STARTS = bpmnXml({
  id: 'starts',
  nodes: [
    { type: 'startEvent', id: 'ordered', content: [order.event] },
    serviceTask('work'),
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('ordered', 'work', 'end'),
  roots: [order.root],
});

const SIGNALLED = bpmnXml({
  id: 'signalled',
  nodes: [
    { type: 'startEvent', id: 'alarmed', content: ['<bpmn:signalEventDefinition signalRef="s1" />'] },
    serviceTask('work'),
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('alarmed', 'work', 'end'),
  roots: ['<bpmn:signal id="s1" name="alarm" />'],
});

const LISTENS = bpmnXml({
  id: 'listens',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'intermediateCatchEvent',
      id: 'heard',
      content: ['<bpmn:signalEventDefinition signalRef="s1" />'],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'heard', 'end'),
  roots: ['<bpmn:signal id="s1" name="alarm" />'],
});

const THROWS = bpmnXml({
  id: 'throws',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'endEvent',
      id: 'alarm',
      extensions: ['<zeebe:ioMapping><zeebe:input source="=level" target="where" /></zeebe:ioMapping>'],
      content: ['<bpmn:signalEventDefinition signalRef="s1" />'],
    },
  ],
  flows: chain('start', 'alarm'),
  roots: ['<bpmn:signal id="s1" name="alarm" />'],
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

async function create(processId: string, variables: JsonObject): Promise<Key> {
  const created = await open.runtime.createInstance({ processId, variables }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

function publish(
  name: string,
  correlationKey: string,
  more: { timeToLive?: number; messageId?: string; variables?: JsonObject } = {},
) {
  return open.runtime.publishMessage({ name, correlationKey, variables: {}, ...more }, 'client:shop');
}

function states(): Record<number, string> {
  const rows = open.rows<{ key: number; state: string }>(
    'select key, state from process_instance order by key',
  );
  return Object.fromEntries(rows.map(({ key, state }) => [key, state]));
}

describe('a message', () => {
  test('meets the instance that waits with its correlation key', async () => {
    await open.deploy(WAITS);
    const first = await create('waits', { orderId: 'A' });
    const second = await create('waits', { orderId: 'B' });
    const published = await publish('payment', 'A', { variables: { amount: 7 } });
    expect(published).toMatchObject({ ok: true, processInstanceKeys: [first] });
    expect(states()).toEqual({ [first]: 'COMPLETED', [second]: 'ACTIVE' });
    const amounts = open.rows(
      `select value from variable where name = 'amount' and process_instance_key = ?`,
      first,
    );
    expect(amounts).toEqual([{ value: '7' }]);
    const actors = open.rows(`select actor from audit where type = 'message correlated'`);
    expect(actors).toEqual([{ actor: 'message:payment' }]);
  });

  test('meets one instance of a process only, the one that waits longest', async () => {
    await open.deploy(WAITS);
    const first = await create('waits', { orderId: 'A' });
    const second = await create('waits', { orderId: 'A' });
    expect(await publish('payment', 'A')).toMatchObject({ processInstanceKeys: [first] });
    expect(states()).toEqual({ [first]: 'COMPLETED', [second]: 'ACTIVE' });
  });

  test('is kept for an instance that waits later, also over a restart', async () => {
    await open.deploy(WAITS);
    expect(await publish('payment', 'A', { timeToLive: 60_000 })).toMatchObject({ processInstanceKeys: [] });
    await open.restart();
    const first = await create('waits', { orderId: 'A' });
    const second = await create('waits', { orderId: 'A' });
    expect(states()).toEqual({ [first]: 'COMPLETED', [second]: 'ACTIVE' });
  });

  test('without time to live, or after it, is not kept', async () => {
    await open.deploy(WAITS);
    await publish('payment', 'A');
    await publish('payment', 'A', { timeToLive: 60_000 });
    open.clock.pin(RUNTIME_START + 60_000);
    const key = await create('waits', { orderId: 'A' });
    expect(states()).toEqual({ [key]: 'ACTIVE' });
    expect(await open.runtime.store.knex('message').select()).toEqual([]);
  });

  test('with the id of one that is kept is refused', async () => {
    await open.deploy(WAITS);
    const twin = { timeToLive: 60_000, messageId: 'once' };
    const answers = await Promise.all([publish('payment', 'A', twin), publish('payment', 'A', twin)]);
    expect(answers).toMatchObject([{ ok: true }, { ok: false, rejection: { type: 'ALREADY_EXISTS' } }]);
    expect(await publish('payment', 'B', twin)).toMatchObject({ ok: true });
  });

  test('published in the same moment as the instance is created finds it or waits for it', async () => {
    await open.deploy(WAITS);
    const work: Promise<unknown>[] = [];
    for (let index = 0; index < 40; index += 1) {
      const both = [
        () => create('waits', { orderId: `order-${index}` }),
        () => publish('payment', `order-${index}`, { timeToLive: 60_000 }),
      ];
      for (const one of index % 2 === 0 ? both : both.reverse()) work.push(one());
    }
    await Promise.all(work);
    const reached = Object.values(states());
    expect(reached).toEqual(Array.from({ length: 40 }, () => 'COMPLETED'));
  });

  test('starts an instance of the latest version', async () => {
    await open.deploy(STARTS);
    const [latest] = await open.deploy(STARTS.replace('id="end"', 'id="end" name="Done"'));
    const published = await publish('order', '', { variables: { item: 'tea' } });
    if (!published.ok) throw new Error(published.rejection.reason);
    expect(published.processInstanceKeys).toHaveLength(1);
    expect(open.rows('select key, process_definition_key from process_instance')).toEqual([
      { key: published.processInstanceKeys[0], process_definition_key: latest },
    ]);
  });

  test('starts one active instance for each correlation key, and the next when it has ended', async () => {
    await open.deploy(STARTS);
    const first = await publish('order', 'A', { timeToLive: 60_000 });
    const second = await publish('order', 'A', { timeToLive: 60_000 });
    const other = await publish('order', 'B', { timeToLive: 60_000 });
    expect([first, second, other].map((found) => found.ok && found.processInstanceKeys.length)).toEqual([
      1, 0, 1,
    ]);
    const request = { type: 'work', worker: 'tester', timeoutMs: 60_000, maxJobs: 1, requestTimeoutMs: -1 };
    const [{ jobKey }] = await open.runtime.activateJobs(request);
    await open.runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:tester');
    expect(Object.values(states()).sort()).toEqual(['ACTIVE', 'ACTIVE', 'COMPLETED']);
  });
});

describe('correlating at once', () => {
  test('answers with the instance, or that nobody waits', async () => {
    await open.deploy(WAITS);
    const request = { name: 'payment', correlationKey: 'A', variables: {} };
    expect(await open.runtime.correlateMessage(request, 'client:shop')).toMatchObject({
      rejection: { type: 'NOT_FOUND' },
    });
    const key = await create('waits', { orderId: 'A' });
    expect(await open.runtime.correlateMessage(request, 'client:shop')).toMatchObject({
      ok: true,
      processInstanceKey: key,
    });
    expect(states()).toEqual({ [key]: 'COMPLETED' });
  });
});

describe('a signal', () => {
  test('starts an instance of every process that listens, in its latest version', async () => {
    await open.deploy(SIGNALLED);
    await open.deploy(SIGNALLED.replace('id="end"', 'id="end" name="Done"'));
    await open.deploy(SIGNALLED.replace('id="signalled"', 'id="signalled-too"'), 'too.bpmn');
    const sent = await open.runtime.broadcastSignal(
      { name: 'alarm', variables: { where: 'hall' } },
      'user:mary',
    );
    expect(sent.ok && sent.processInstanceKeys).toHaveLength(2);
    expect(Object.values(states())).toEqual(['ACTIVE', 'ACTIVE']);
    const silent = await open.runtime.broadcastSignal({ name: 'peace', variables: {} }, 'user:mary');
    expect(silent).toMatchObject({ ok: true, processInstanceKeys: [] });
  });

  test('is refused with a variable beyond the limit, as a message is', async () => {
    const variables = { text: 'x'.repeat(5_000_000) };
    const refused = { ok: false, rejection: { type: 'INVALID_ARGUMENT' } };
    expect(await open.runtime.broadcastSignal({ name: 'alarm', variables }, 'user:mary')).toMatchObject(
      refused,
    );
    const message = { name: 'm', correlationKey: '1', timeToLive: 60_000, variables };
    expect(await open.runtime.publishMessage(message, 'user:mary')).toMatchObject(refused);
    expect(await open.runtime.correlateMessage(message, 'user:mary')).toMatchObject(refused);
    expect(open.rows('select key from message')).toEqual([]);
  });

  test('thrown by one instance reaches everybody who waits for it, in the same commit', async () => {
    await open.deploy(LISTENS);
    await open.deploy(SIGNALLED, 'signalled.bpmn');
    await open.deploy(THROWS, 'throws.bpmn');
    const listener = await create('listens', {});
    const thrower = await create('throws', { level: 3 });
    const after = states();
    expect(after).toMatchObject({ [listener]: 'COMPLETED', [thrower]: 'COMPLETED' });
    expect(Object.keys(after)).toHaveLength(3);
    expect(open.rows('select name, value from variable where process_instance_key = ?', listener)).toEqual([
      { name: 'where', value: '3' },
    ]);
    expect(open.rows('select key from signal_subscription where root_key is not null')).toEqual([]);
  });
});
