/** A tree begins once: a second beginning under the same key is refused and changes nothing. */
import { expect, test } from 'vitest';
import { asKey, createTree } from '../index.js';
import { openEngineBench } from '../../test/support/engine-bench.js';

const XML = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s" /></bpmn:process></bpmn:definitions>`;

test.each(['create instance', 'start by event'] as const)('%s on a tree that has begun', async (type) => {
  const bench = openEngineBench();
  const [definition] = await bench.deploy(XML);
  const tree = createTree(asKey(1000));
  const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
  const begun = bench.step(tree, { type: 'create instance', ...keys, variables: {} });
  expect(begun.ok).toBe(true);
  const { revision } = tree;
  const command =
    type === 'create instance'
      ? ({ type, ...keys, variables: {} } as const)
      : ({ type, ...keys, variables: {}, startEventId: 's', trigger: {} } as const);
  expect(bench.step(tree, command)).toMatchObject({ ok: false, rejection: { type: 'ALREADY_EXISTS' } });
  expect(tree.revision).toBe(revision);
});
