/** Steps that are too long for one commit: they go on in further ones, after a restart too, and end somewhere. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject, Key } from '@countersign/engine';
import type { CreatedInstance } from '@countersign/server';
import { bpmnXml, chain, serviceTask } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

/** Turns `turns` times around a script, three elements a turn. */
const TURNS = bpmnXml({
  id: 'turns',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'exclusiveGateway', id: 'again' },
    {
      type: 'scriptTask',
      id: 'count',
      extensions: ['<zeebe:script expression="=n + 1" resultVariable="n" />'],
    },
    { type: 'exclusiveGateway', id: 'more', attributes: { default: 'more-to-end' } },
    { type: 'endEvent', id: 'end' },
  ],
  flows: [
    ...chain('start', 'again', 'count', 'more', 'end'),
    { from: 'more', to: 'again', condition: '=n < turns' },
  ],
});

const EACH = bpmnXml({
  id: 'each',
  nodes: [
    { type: 'startEvent', id: 'start' },
    serviceTask('work', {
      content: [
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
          '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" />' +
          '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
      ],
    }),
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'work', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(async () => {
  await open.close();
  expect(open.errors).toEqual([]);
});

async function create(processId: string, variables: JsonObject, isAwaited = false): Promise<CreatedInstance> {
  const request = { processId, variables, awaitCompletion: isAwaited, requestTimeout: 60_000 };
  const created = await open.runtime.createInstance(request, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created;
}

function count(sql: string, ...values: (string | number)[]): number {
  return open.rows<{ count: number }>(`select count(*) as count from ${sql}`, ...values)[0].count;
}

function rowsOf(rootKey: number): number {
  return count('audit where root_key = ?', rootKey);
}

/** Answers when nothing is due any more. */
async function settle(): Promise<void> {
  do await open.runtime.broadcastSignal({ name: 'nobody', variables: {} }, 'system');
  while (count('timer where due_at <= ?', open.clock.now()) > 0);
}

test('whoever awaits the end gets it after the last commit, with the variables', async () => {
  await open.deploy(TURNS);
  const { completed, variables } = await create('turns', { n: 0, turns: 2_000 }, true);
  expect(completed).toBe(true);
  expect(variables).toEqual({ n: 2_000, turns: 2_000 });
  expect(count(`audit where type = 'moves postponed'`)).toBeGreaterThan(1);
  expect(count(`audit where type = 'moves continued' and actor = 'system'`)).toBe(
    count(`audit where type = 'moves postponed'`),
  );
});

test('a restart goes on where the last commit left it', async () => {
  await open.deploy(TURNS);
  const { processInstanceKey } = await create('turns', { n: 0, turns: 3_000 });
  await open.restart();
  expect(count('process_instance where key = ? and ended_at is null', processInstanceKey)).toBe(1);
  await settle();
  expect(count(`process_instance where key = ? and state = 'COMPLETED'`, processInstanceKey)).toBe(1);
  expect(count('audit where element_id = ? and type = ?', 'count', 'element completed')).toBe(3_000);
});

test('what waits for nothing lets others work meanwhile, and can be suspended, resumed and cancelled', async () => {
  await open.deploy(TURNS);
  const { processInstanceKey } = await create('turns', { n: 0, turns: 1_000_000 });
  const other = await create('turns', { n: 0, turns: 1 });
  expect(count('process_instance where key = ? and ended_at is not null', other.processInstanceKey)).toBe(1);
  expect((await open.runtime.execute({ type: 'suspend instance', processInstanceKey }, 'user:mary')).ok).toBe(
    true,
  );
  await settle();
  const rows = rowsOf(processInstanceKey);
  await settle();
  expect(rowsOf(processInstanceKey)).toBe(rows);
  expect((await open.runtime.execute({ type: 'resume instance', processInstanceKey }, 'user:mary')).ok).toBe(
    true,
  );
  await expect.poll(() => rowsOf(processInstanceKey)).toBeGreaterThan(rows + 2_000);
  expect((await open.runtime.cancelInstance(processInstanceKey, 'user:mary')).ok).toBe(true);
  expect(count('timer')).toBe(0);
});

test('each of many instances of an activity begins once, in several commits', async () => {
  await open.deploy(EACH);
  const items = Array.from({ length: 3_000 }, (_, index) => index);
  await create('each', { items });
  expect(count('job')).toBeLessThan(3_000);
  await open.restart();
  await settle();
  expect(count('job')).toBe(3_000);
  const given = open.rows<{ value: string }>(`select value from variable where name = 'item'`);
  expect(given.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(items);
});

test('one instance goes on in a commit, and each has its turn', async () => {
  await open.close();
  const seen: (Key | 'commit')[] = [];
  open = await openTestRuntime({
    observer: {
      stepped({ type }, _outcome, rootKey) {
        if (type === 'continue moves') seen.push(rootKey);
      },
      committed() {
        seen.push('commit');
      },
    },
  });
  await open.deploy(TURNS);
  // Together, so that each stops after fewer events than one alone would, with a little left to do.
  const created = await Promise.all(Array.from({ length: 8 }, () => create('turns', { n: 0, turns: 200 })));
  await settle();
  expect(count(`process_instance where state = 'COMPLETED'`)).toBe(8);
  const inOneCommit = seen.join(' ').split('commit');
  expect(inOneCommit.filter((steps) => steps.trim().includes(' '))).toEqual([]);
  const first = [...new Set(seen)].filter((step) => step !== 'commit');
  expect(first.toSorted()).toEqual(created.map(({ processInstanceKey }) => processInstanceKey).toSorted());
});
