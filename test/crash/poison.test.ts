/**
 * A poison instance: one in which the engine itself fails. The model in memory is broken on purpose, so that stepping
 * past one element throws inside the engine. The instance alone stops, with an incident that names the defect; what
 * shares its batch goes on; and when the fault is gone, resolving the incident lets it go on where it stood.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Key } from '@countersign/engine';
import { Defect } from '@countersign/server';
import { bpmnXml, chain, message, serviceTask, timer } from '../support/bpmn-xml.js';
import { openTestRuntime, RUNTIME_START } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const MINUTE = 60_000;
const paid = message('m1', 'paid', '=orderId');

/** `id` waits for a job, or for `content`, before it reaches `poison`. */
function model(id: string, content?: string): string {
  const wait = content
    ? { type: 'intermediateCatchEvent', id: 'wait', content: [content] }
    : serviceTask('wait');
  return bpmnXml({
    id,
    nodes: [
      { type: 'startEvent', id: 'start' },
      wait,
      { type: 'manualTask', id: 'poison' },
      { type: 'endEvent', id: 'end' },
    ],
    flows: chain('start', 'wait', 'poison', 'end'),
    roots: content === paid.event ? [paid.root] : [],
  });
}

const REVIEW = bpmnXml({
  id: 'review',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'userTask', id: 'wait', extensions: ['<zeebe:userTask />'] },
    { type: 'manualTask', id: 'poison' },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'wait', 'poison', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

async function create(processId: string, variables = {}): Promise<Key> {
  const created = await open.runtime.createInstance({ processId, variables }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

/** Breaks the model in memory: whatever leaves `poison` meets an error. The answer mends it. */
function poison(definitionKey: Key): () => void {
  const node = open.runtime.definitions.byKey(definitionKey)?.model.elementsById.get('poison');
  if (!node) throw new Error('There is no element to poison');
  const { outgoing } = node;
  Object.defineProperty(node, 'outgoing', {
    configurable: true,
    get() {
      throw new TypeError('This model is broken');
    },
  });
  return () => Object.defineProperty(node, 'outgoing', { configurable: true, value: outgoing });
}

const states = () =>
  open.rows<{ state: string }>('select state from process_instance order by key').map(({ state }) => state);

const incidents = () =>
  open.rows<{ key: Key; element_id: string; error_type: string; error_message: string }>(
    `select key, element_id, error_type, error_message from incident where state = 'ACTIVE'`,
  );

async function take(maxJobs = 10) {
  return open.runtime.activateJobs({
    type: 'wait',
    worker: 'tester',
    timeoutMs: MINUTE,
    maxJobs,
    requestTimeoutMs: -1,
  });
}

/** Moves the clock, and answers when everything that is due has been tried. */
async function moveTo(minutes: number): Promise<void> {
  open.clock.pin(RUNTIME_START + minutes * MINUTE);
  for (;;) {
    await open.runtime.broadcastSignal({ name: 'nobody', variables: {} }, 'system');
    if (open.rows('select key from timer where due_at <= ?', open.clock.now()).length === 0) return;
  }
}

async function resolveOnly(): Promise<void> {
  const [incident, ...more] = incidents();
  expect(more).toEqual([]);
  const command = { type: 'resolve incident', incidentKey: incident.key } as const;
  expect(await open.runtime.execute(command, 'user:mary')).toMatchObject({ ok: true });
}

describe('a poison instance', () => {
  test('behind a timer becomes an incident, once, and disturbs no other timer', async () => {
    const [poisoned] = await open.deploy(model('poisoned', timer('timeDuration', 'PT10M')));
    await open.deploy(model('sound', timer('timeDuration', 'PT10M')), 'sound.bpmn');
    const mend = poison(poisoned);
    for (const id of ['sound', 'poisoned', 'sound']) await create(id);
    await moveTo(10);
    expect(states()).toEqual(['COMPLETED', 'ACTIVE', 'COMPLETED']);
    const [incident] = incidents();
    expect(incident).toMatchObject({ element_id: 'wait', error_type: 'UNKNOWN' });
    const [defect] = open.errors;
    if (!(defect instanceof Defect)) throw new Error('No defect was reported');
    expect(incident.error_message).toContain(defect.id);
    await moveTo(60);
    expect(open.errors).toHaveLength(1);

    // Still poisoned: a new incident, and nothing else. Mended: it goes on.
    await resolveOnly();
    await moveTo(61);
    expect(incidents()).toHaveLength(1);
    mend();
    await open.restart();
    await resolveOnly();
    await moveTo(62);
    expect(states()).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
    expect(open.rows('select key from timer')).toEqual([]);
  });

  test('behind a job fails its worker alone, and is given to none until it is resolved', async () => {
    const [poisoned] = await open.deploy(model('poisoned'));
    await open.deploy(model('sound'), 'sound.bpmn');
    const mend = poison(poisoned);
    for (const id of ['sound', 'poisoned', 'sound']) await create(id);
    const jobs = await take();
    const answers = await Promise.allSettled(
      jobs.map(({ jobKey }) =>
        open.runtime.executeForWorker({ type: 'complete job', jobKey, variables: {} }, 'client:shop'),
      ),
    );
    // Processes take turns, so which of them comes first is not said.
    const failed = answers.filter((answer) => answer.status === 'rejected');
    expect(jobs.map(({ processId }) => processId).sort()).toEqual(['poisoned', 'sound', 'sound']);
    expect(failed).toHaveLength(1);
    expect(answers[jobs.findIndex(({ processId }) => processId === 'poisoned')]).toBe(failed[0]);
    const reason: unknown = failed[0].reason;
    if (!(reason instanceof Defect)) throw new Error('The worker was not told of a defect');
    expect(incidents()[0].error_message).toContain(reason.id);
    expect(states()).toEqual(['COMPLETED', 'ACTIVE', 'COMPLETED']);
    open.clock.pin(open.clock.now() + 60 * MINUTE);
    expect(await take()).toEqual([]);
    mend();
    await resolveOnly();
    const [job] = await take();
    const command = { type: 'complete job', jobKey: job.jobKey, variables: {} } as const;
    expect(await open.runtime.execute(command, 'worker:tester')).toMatchObject({ ok: true });
    expect(states()).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  });

  test('that cannot even be described to a worker does not keep the others from theirs', async () => {
    const [poisoned] = await open.deploy(model('poisoned'));
    await open.deploy(model('sound'), 'sound.bpmn');
    const node = open.runtime.definitions.byKey(poisoned)?.model.elementsById.get('wait');
    const job = node?.job;
    if (!node || !job) throw new Error('There is no job to poison');
    Object.defineProperty(node, 'job', {
      configurable: true,
      get: (): typeof job => ({
        ...job,
        get headers(): never {
          throw new TypeError('This model is broken');
        },
      }),
    });
    for (const id of ['sound', 'poisoned', 'sound']) await create(id);
    expect((await take()).map(({ processId }) => processId)).toEqual(['sound', 'sound']);
    expect(incidents()).toMatchObject([{ element_id: 'wait', error_type: 'UNKNOWN' }]);
    Object.defineProperty(node, 'job', { configurable: true, value: job });
    await resolveOnly();
    expect((await take()).map(({ processId }) => processId)).toEqual(['poisoned']);
  });

  test('behind a user task fails its person, and shows the incident until the task is done', async () => {
    const [poisoned] = await open.deploy(REVIEW);
    const mend = poison(poisoned);
    await create('review');
    const [{ key }] = open.rows<{ key: Key }>('select key from user_task');
    const command = {
      type: 'complete user task',
      userTaskKey: key,
      variables: {},
      action: 'complete',
    } as const;
    await expect(open.runtime.changeUserTask(command, 'user:mary')).rejects.toBeInstanceOf(Defect);
    expect(incidents()).toMatchObject([{ element_id: 'wait', error_type: 'UNKNOWN' }]);
    await expect(open.runtime.changeUserTask(command, 'user:mary')).rejects.toBeInstanceOf(Defect);
    expect(incidents()).toHaveLength(1);
    mend();
    expect(await open.runtime.changeUserTask(command, 'user:mary')).toMatchObject({ ok: true });
    expect([states(), incidents()]).toEqual([['COMPLETED'], []]);
  });

  test('that a message meets does not keep the message from others', async () => {
    const [poisoned] = await open.deploy(model('poisoned', paid.event));
    await open.deploy(model('sound', paid.event), 'sound.bpmn');
    const mend = poison(poisoned);
    for (const id of ['poisoned', 'sound']) await create(id, { orderId: 'a' });
    const publish = () =>
      open.runtime.publishMessage({ name: 'paid', correlationKey: 'a', variables: {} }, 'client:bank');
    expect(await publish()).toMatchObject({ ok: true, processInstanceKeys: [expect.any(Number)] });
    expect(states()).toEqual(['ACTIVE', 'COMPLETED']);
    expect(incidents()).toMatchObject([{ element_id: 'wait', error_type: 'UNKNOWN' }]);
    mend();
    await publish();
    expect([states(), incidents()]).toEqual([['COMPLETED', 'COMPLETED'], []]);
  });
});
