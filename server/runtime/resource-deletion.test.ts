/** Deleting deployed versions: nothing new begins with them, the one before takes over, and no number is given twice. */
import { createClock, openRuntime } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bpmnXml, chain } from '../../test/support/bpmn-xml.js';
import { ON_POSTGRES } from '../../test/support/databases.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';
import { PROCESS_DEFINITIONS } from '../store/queries/process-definitions.js';
import { EVERYTHING } from '../access/grants/rights.js';
import { search } from '../store/queries/search.js';
import type { Deployed } from './deployments.js';
import type { Runtime } from './runtime.js';

const START = '<bpmn:messageEventDefinition id="m" messageRef="order" />';
const CYCLE =
  '<bpmn:timerEventDefinition id="t"><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>';

/** Begins by a message, by an hourly timer or by hand, and waits for a job of the type. */
const ordered = (type: string) =>
  bpmnXml({
    id: 'ordered',
    roots: ['<bpmn:message id="order" name="order" />'],
    nodes: [
      { type: 'startEvent', id: 'start' },
      { type: 'startEvent', id: 'on-order', content: [START] },
      { type: 'startEvent', id: 'hourly', content: [CYCLE] },
      { type: 'serviceTask', id: 'work', extensions: [`<zeebe:taskDefinition type="${type}" />`] },
      { type: 'endEvent', id: 'end' },
    ],
    flows: [
      ...chain('start', 'work', 'end'),
      { from: 'on-order', to: 'work' },
      { from: 'hourly', to: 'work' },
    ],
  });
const CALLING = bpmnXml({
  id: 'calling',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'businessRuleTask',
      id: 'decide',
      extensions: ['<zeebe:calledDecision decisionId="rate" resultVariable="rate" />'],
    },
    { type: 'callActivity', id: 'call', extensions: ['<zeebe:calledElement processId="ordered" />'] },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'decide', 'call', 'end'),
});
const dmn = (text: string) =>
  `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rate-file" name="rate" namespace="rate">
     <decision id="rate" name="rate"><literalExpression id="rate-text"><text>${text}</text></literalExpression></decision>
   </definitions>`;

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

async function deploy(
  name: string,
  content: string,
  runtime: Runtime = open.runtime,
): Promise<readonly Deployed[]> {
  const result = await runtime.deploy({ resources: [{ name, content }], actor: 'user:demo' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.deployments;
}

async function deployOrdered(type: string): Promise<{ key: Key; version: number }> {
  const [made] = await deploy('ordered.bpmn', ordered(type));
  if (made.kind !== 'process') throw new Error('no process');
  return { key: made.processDefinitionKey, version: made.version };
}

async function remove(key: Key, runtime: Runtime = open.runtime): Promise<void> {
  const result = await runtime.deleteResource(key, 'user:demo');
  if (!result.ok) throw new Error(result.rejection.reason);
}

async function begin(request: object, runtime: Runtime = open.runtime): Promise<number | string> {
  const created = await runtime.createInstance(
    { processId: 'ordered', variables: {}, ...request },
    'user:demo',
  );
  return created.ok ? created.version : created.rejection.type;
}

const waits = () => [
  ...open.rows('select process_definition_key as key from timer where root_key is null'),
  ...open.rows('select process_definition_key as key from message_subscription where root_key is null'),
];

test('the version before the latest takes its place, with its start events, and the number is not given again', async () => {
  const first = await deployOrdered('one');
  const second = await deployOrdered('two');
  expect(waits()).toEqual([{ key: second.key }, { key: second.key }]);
  await remove(second.key);
  expect(waits()).toEqual([{ key: first.key }, { key: first.key }]);
  expect(await begin({})).toBe(1);
  expect(await begin({ version: 2 })).toBe('NOT_FOUND');
  expect(await begin({ processId: undefined, processDefinitionKey: second.key })).toBe('NOT_FOUND');
  const message = { name: 'order', correlationKey: '', variables: {} };
  const published = await open.runtime.publishMessage(message, 'user:demo');
  expect(published).toMatchObject({ ok: true, processInstanceKeys: [expect.any(Number)] });
  const again = await open.runtime.deleteResource(second.key, 'user:demo');
  expect(again).toMatchObject({ ok: false, rejection: { type: 'NOT_FOUND' } });
  await open.restart();
  expect(await begin({})).toBe(1);
  expect(await begin({ version: 2 })).toBe('NOT_FOUND');
  expect((await deployOrdered('two')).version).toBe(3);
  expect(await begin({})).toBe(3);
});

test('a version that is not the latest takes nothing with it', async () => {
  const first = await deployOrdered('one');
  const second = await deployOrdered('two');
  await remove(first.key);
  expect(waits()).toEqual([{ key: second.key }, { key: second.key }]);
  expect(await begin({})).toBe(2);
  await remove(second.key);
  expect(await stateOf(second.key)).toBe('DRAINING');
});

test('when the only version is gone nothing waits any more', async () => {
  const only = await deployOrdered('one');
  await remove(only.key);
  expect(waits()).toEqual([]);
  expect(await begin({})).toBe('NOT_FOUND');
});

async function stateOf(processDefinitionKey: Key): Promise<string | undefined> {
  const filter = { processDefinitionKey: String(processDefinitionKey) };
  const found = await search(open.runtime.store.knex, PROCESS_DEFINITIONS, { filter }, EVERYTHING);
  return found.ok ? found.page.items.at(0)?.state : found.reason;
}

async function finish(type: string): Promise<void> {
  const request = { type, worker: 'w', timeoutMs: 60_000, maxJobs: 10, requestTimeoutMs: -1 };
  for (const { jobKey } of await open.runtime.activateJobs(request)) {
    const done = { type: 'complete job', jobKey, variables: {} } as const;
    expect(await open.runtime.execute(done, 'user:demo')).toMatchObject({ ok: true });
  }
}

test('drains while instances run: they go on to their end, and nothing new begins', async () => {
  const { key } = await deployOrdered('one');
  await begin({});
  await begin({});
  await remove(key);
  expect(await stateOf(key)).toBe('DRAINING');
  expect(waits()).toEqual([]);
  expect(await begin({})).toBe('NOT_FOUND');
  expect(await begin({ processId: undefined, processDefinitionKey: key })).toBe('NOT_FOUND');
  const again = await open.runtime.deleteResource(key, 'user:demo');
  expect(again).toMatchObject({ ok: false, rejection: { type: 'INVALID_STATE' } });
  if (!again.ok) expect(again.rejection.reason).toContain('drains until the last of its instances');
  await open.restart();
  expect(await stateOf(key)).toBe('DRAINING');
  expect(await begin({})).toBe('NOT_FOUND');
  await finish('one');
  expect(open.rows('select distinct state from process_instance')).toEqual([{ state: 'COMPLETED' }]);
  expect(await stateOf(key)).toBe('DELETED');
  const gone = await open.runtime.deleteResource(key, 'user:demo');
  expect(gone).toMatchObject({ ok: false, rejection: { type: 'NOT_FOUND' } });
  expect((await deployOrdered('one')).version).toBe(2);
});

test('deleted with its history, its instances go when they have ended, and no others', async () => {
  const first = await deployOrdered('one');
  await begin({});
  await finish('one');
  const second = await deployOrdered('two');
  await begin({});
  await begin({});
  const deleted = await open.runtime.deleteResource(second.key, 'user:demo', true);
  expect(deleted).toMatchObject({ ok: true, kind: 'process' });
  expect(await open.runtime.retention.apply()).toBe(0);
  await open.restart();
  await finish('two');
  expect(await open.runtime.retention.apply()).toBe(2);
  expect(open.rows('select process_definition_key as key from process_instance')).toEqual([
    { key: first.key },
  ]);
  expect(await stateOf(second.key)).toBe('DELETED');
});

test('the version before takes over from one that drains', async () => {
  const first = await deployOrdered('one');
  const second = await deployOrdered('two');
  expect(await begin({})).toBe(2);
  await remove(second.key);
  expect(waits()).toEqual([{ key: first.key }, { key: first.key }]);
  expect(await begin({})).toBe(1);
  await finish('two');
  expect([await stateOf(first.key), await stateOf(second.key)]).toEqual(['ACTIVE', 'DELETED']);
});

test('what calls the latest version calls the one before, a process as well as a decision', async () => {
  const first = await deployOrdered('one');
  await deploy('rate.dmn', dmn('1'));
  const second = await deployOrdered('two');
  const changed = await deploy('rate.dmn', dmn('2'));
  await deploy('calling.bpmn', CALLING);
  const file = changed.find((found) => found.kind === 'requirements');
  const decision = changed.find((found) => found.kind === 'decision');
  if (file?.kind !== 'requirements' || decision?.kind !== 'decision') throw new Error('no decision');
  const { decisionDefinitionKey } = decision;
  const refused = await open.runtime.deleteResource(decisionDefinitionKey, 'user:demo');
  expect(refused).toMatchObject({ ok: false, rejection: { type: 'INVALID_ARGUMENT' } });

  await remove(second.key);
  await remove(file.decisionRequirementsKey);
  for (let run = 0; run < 2; run += 1) {
    expect(await begin({ processId: 'calling' })).toBe(1);
    await open.restart();
  }
  expect(
    open.rows(
      'select process_definition_key as key from process_instance where parent_process_instance_key is not null',
    ),
  ).toEqual([{ key: first.key }, { key: first.key }]);
  expect(open.rows(`select distinct value from variable where name = 'rate'`)).toEqual([{ value: '1' }]);
  const evaluated = await open.runtime.evaluateDecision(
    { decisionDefinitionKey, variables: {} },
    'user:demo',
  );
  expect(evaluated).toMatchObject({ ok: false, rejection: { type: 'NOT_FOUND' } });
});

test('a form and a file of a task go as well, each in its versions', async () => {
  for (const name of ['ask.form', 'ask.rpa']) {
    const one = await deploy(name, JSON.stringify({ id: 'ask', text: 'one' }));
    const two = await deploy(name, JSON.stringify({ id: 'ask', text: 'two' }));
    const keyOf = ([made]: readonly Deployed[]): Key =>
      made.kind === 'form' ? made.formKey : made.kind === 'resource' ? made.resourceKey : (0 as Key);
    await remove(keyOf(two));
    const found = name === 'ask.form' ? open.runtime.definitions.form : open.runtime.definitions.resource;
    expect(found?.('ask', { kind: 'latest' }, 0 as Key)).toBe(keyOf(one));
  }
});

test.skipIf(!ON_POSTGRES)('every node forgets it at once', async () => {
  const other = await openRuntime({ database: open.path, clock: createClock(open.clock.now()) });
  try {
    await deployOrdered('one');
    const { key } = await deployOrdered('two');
    expect(await begin({}, other)).toBe(2);
    const [instance] = open.rows<{ key: Key }>('select key from process_instance');
    await open.runtime.cancelInstance(instance.key, 'user:demo');
    await remove(key);
    expect(await begin({}, other)).toBe(1);
    expect(await begin({ processId: undefined, processDefinitionKey: key }, other)).toBe('NOT_FOUND');
    const [made] = await deploy('ordered.bpmn', ordered('two'), other);
    expect(made).toMatchObject({ version: 3 });
  } finally {
    await other.shutdown();
  }
});
