/** What would hang or kill an engine without limits: each ends in an incident or goes through, and can be cancelled. */
import { hasEnded, restoreTree, snapshotTree, type InstanceTree, type JsonObject } from '@countersign/engine';
import { describe, expect, test } from 'vitest';
import { bpmnXml, chain, serviceTask, type FlowSource, type NodeSource } from '../support/bpmn-xml.js';
import { mustStep, newTree, openEngineBench, type EngineBench } from '../support/engine-bench.js';

const start: NodeSource = { type: 'startEvent', id: 'start' };
const end: NodeSource = { type: 'endEvent', id: 'end' };
const task = (id: string): NodeSource => ({ type: 'task', id });
const callsItself = (id: string): NodeSource => ({
  type: 'callActivity',
  id,
  extensions: ['<zeebe:calledElement processId="p" />'],
});
const eachOf = (collection: string): string =>
  '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
  `<zeebe:loopCharacteristics inputCollection="${collection}" inputElement="item" />` +
  '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';

async function begin(
  nodes: readonly NodeSource[],
  flows: readonly FlowSource[],
  variables: JsonObject = {},
): Promise<{ bench: EngineBench; tree: InstanceTree }> {
  const bench = openEngineBench();
  const [definition] = await bench.deploy(bpmnXml({ id: 'p', nodes: [start, ...nodes, end], flows }));
  if (!definition) throw new Error('The file has no process.');
  const tree = newTree(bench);
  const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
  mustStep(bench, tree, { type: 'create instance', ...keys, variables });
  return { bench, tree };
}

function incidents(tree: InstanceTree): string[] {
  return [...tree.incidents.values()].map(({ errorType, element }) => `${errorType} at ${element.node.id}`);
}

function cancel({ bench, tree }: { bench: EngineBench; tree: InstanceTree }): void {
  mustStep(bench, tree, { type: 'cancel instance', processInstanceKey: tree.rootKey });
  expect(hasEnded(tree)).toBe(true);
}

describe('limits', () => {
  test('a loop that waits for nothing stops with an incident', async () => {
    const run = await begin(
      [task('a')],
      [...chain('start', 'a', 'a'), { id: 'out', from: 'a', to: 'end', condition: '=false' }],
    );
    expect(incidents(run.tree)).toEqual(['UNKNOWN at p']);
    cancel(run);
  });

  test('a process that calls itself stops 1,000 calls deep, and can be saved and restored there', async () => {
    const run = await begin([callsItself('call')], chain('start', 'call', 'end'));
    expect(incidents(run.tree)).toEqual(['CALLED_ELEMENT_ERROR at call']);
    const saved = JSON.stringify(snapshotTree(run.tree));
    const restored = restoreTree(JSON.parse(saved) as JsonObject, run.bench.definitions);
    expect(JSON.stringify(snapshotTree(restored))).toBe(saved);
    cancel(run);
  });

  test('a multi-instance activity over a million entries is an incident', async () => {
    const items = Array.from({ length: 1_000_000 }, (_, index) => index % 10);
    const each = serviceTask('each', { content: [eachOf('=items')] });
    const run = await begin([each], chain('start', 'each', 'end'), { items });
    expect(incidents(run.tree)).toEqual(['EXTRACT_VALUE_ERROR at each']);
    cancel(run);
  });

  test('100,000 runs side by side with results begin and go through', async () => {
    const marker =
      '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
      '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="all" outputElement="=item" />' +
      '</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
    const items = Array.from({ length: 100_000 }, (_, index) => index);
    const each: NodeSource = { type: 'task', id: 'each', content: [marker] };
    const run = await begin([each], chain('start', 'each', 'end'), { items });
    expect(hasEnded(run.tree)).toBe(true);
  });

  test('100,000 runs side by side can be ended at once', async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => index);
    const each = serviceTask('each', { content: [eachOf('=items')] });
    const run = await begin([each], chain('start', 'each', 'end'), { items });
    expect(run.tree.jobs.size).toBe(100_000);
    cancel(run);
  });

  test('20,000 tasks in a row and 10,000 turns of a loop go through', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `t${index}`);
    expect(hasEnded((await begin(ids.map(task), chain('start', ...ids, 'end'))).tree)).toBe(true);
    const script = '<zeebe:script expression="=n + 1" resultVariable="n" />';
    const count: NodeSource = { type: 'scriptTask', id: 'count', extensions: [script] };
    const flows = [
      ...chain('start', 'again', 'count', 'more', 'end'),
      { from: 'more', to: 'again', condition: '=n < 10000' },
    ];
    const gateways: NodeSource[] = [
      { type: 'exclusiveGateway', id: 'again' },
      { type: 'exclusiveGateway', id: 'more', attributes: { default: 'more-to-end' } },
    ];
    expect(hasEnded((await begin([count, ...gateways], flows, { n: 0 })).tree)).toBe(true);
  });

  test('a variable of 4 MB goes through a mapping', async () => {
    const big = 'x'.repeat(4_000_000);
    const mapping = '<zeebe:ioMapping><zeebe:input source="=big" target="copy" /></zeebe:ioMapping>';
    const run = await begin([serviceTask('a', { extensions: [mapping] })], chain('start', 'a', 'end'), {
      big,
    });
    expect(incidents(run.tree)).toEqual([]);
    cancel(run);
  });
});
