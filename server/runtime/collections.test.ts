/** The output collection of a multi-instance activity while it runs: jobs, tasks and their variables have it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Key } from '@countersign/engine';
import { bpmnXml, chain, type NodeSource } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

const marker = (isSequential: boolean) =>
  `<bpmn:multiInstanceLoopCharacteristics isSequential="${isSequential}"><bpmn:extensionElements>` +
  '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=answer" />' +
  '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';

async function begin(node: NodeSource): Promise<void> {
  const nodes: readonly NodeSource[] = [{ type: 'startEvent', id: 'start' }, node];
  await open.deploy(bpmnXml({ id: 'p', nodes, flows: chain('start', 'each') }));
  const variables = { items: [1, 2, 3] };
  const created = await open.runtime.createInstance({ processId: 'p', variables }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
}

/** The values of the variables named `results`, in the order in which they were made. */
function stored(): unknown[] {
  const rows = open.rows<{ value: string }>("select value from variable where name = 'results' order by key");
  return rows.map(({ value }) => JSON.parse(value) as unknown);
}

test('a job has what was collected before it was given', async () => {
  await begin({
    type: 'serviceTask',
    id: 'each',
    extensions: ['<zeebe:taskDefinition type="work" />'],
    content: [marker(false)],
  });
  const request = { type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 1, requestTimeoutMs: -1 };
  const seen: unknown[] = [];
  for (const answer of ['a', 'b', 'c']) {
    const [job] = await open.runtime.activateJobs({ ...request, fetchVariables: ['results', 'item'] });
    seen.push(job?.variables.results);
    await open.runtime.execute(
      { type: 'complete job', jobKey: job?.jobKey, variables: { answer } },
      'worker:w',
    );
    if (answer === 'a') await open.restart();
  }
  expect(seen).toEqual([
    [null, null, null],
    ['a', null, null],
    ['a', 'b', null],
  ]);
  expect(stored()).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
});

test('a task that follows another has its answer among its variables', async () => {
  await begin({ type: 'userTask', id: 'each', extensions: ['<zeebe:userTask />'], content: [marker(true)] });
  for (const answer of ['yes', 'no']) {
    const [{ key }] = open.rows<{ key: Key }>("select key from user_task where state = 'CREATED'");
    const complete = { type: 'complete user task', variables: { answer }, action: 'complete' } as const;
    await open.runtime.execute({ ...complete, userTaskKey: key }, 'user:mary');
  }
  expect(stored()).toEqual([['yes', 'no', null]]);
});
