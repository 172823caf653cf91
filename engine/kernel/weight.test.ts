/** How much one step, and one run without a wait state, may write; and how large one variable may be. */
import { describe, expect, it } from 'vitest';
import type { Command, InstanceTree, JsonObject, JsonValue } from '../index.js';
import { bpmnXml, chain, serviceTask, type NodeSource } from '../../test/support/bpmn-xml.js';
import { continuation, newTree, openEngineBench, type EngineBench } from '../../test/support/engine-bench.js';

const script = (id: string, source: string, variable: string): NodeSource => ({
  type: 'scriptTask',
  id,
  extensions: [`<zeebe:script expression="${source}" resultVariable="${variable}" />`],
});

/** Goes round for ever, or as long as a condition holds, and makes a value larger each time. */
const growing = (source: string, while_ = '=true') =>
  bpmnXml({
    id: 'p',
    nodes: [
      { type: 'startEvent', id: 'start' },
      { type: 'exclusiveGateway', id: 'again' },
      script('grow', source, 'text'),
      { type: 'exclusiveGateway', id: 'more', attributes: { default: 'more-to-end' } },
      { type: 'endEvent', id: 'end' },
    ],
    flows: [
      ...chain('start', 'again', 'grow', 'more', 'end'),
      { from: 'more', to: 'again', condition: while_ },
    ],
  });

const straight = (node: NodeSource) =>
  bpmnXml({
    id: 'p',
    nodes: [{ type: 'startEvent', id: 'start' }, node, { type: 'endEvent', id: 'end' }],
    flows: chain('start', node.id, 'end'),
  });

interface Begun {
  readonly bench: EngineBench;
  readonly tree: InstanceTree;
  /** Gives a command; answers the characters that its events have, or the refusal. */
  readonly give: (command: Command) => number | string;
}

async function begin(xml: string, variables: JsonObject, variableLimit?: number): Promise<Begun> {
  const bench = openEngineBench();
  const [definition] = await bench.deploy(xml);
  const tree = newTree(bench);
  const give = (command: Command): number | string => {
    const { now, definitions, nextKey } = bench;
    const result = bench.stepWith(tree, command, { now, definitions, nextKey, variableLimit });
    return result.ok ? JSON.stringify(result.events).length : result.rejection.reason;
  };
  const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
  give({ type: 'create instance', ...keys, variables });
  return { bench, tree, give };
}

function incidentsOf({ tree }: Begun): string[] {
  return [...tree.incidents.values()].map(({ errorType, element }) => `${errorType} at ${element.node.id}`);
}

describe('a step', () => {
  it('ends when it has written enough, and a later one goes on', async () => {
    const begun = await begin(growing('=text + part', '=string length(text) < 900000'), {
      text: '',
      part: 'x'.repeat(50_000),
    });
    let steps = 1;
    for (let next = continuation(begun.tree); next; next = continuation(begun.tree)) {
      expect(begun.give(next)).toBeLessThan(2_500_000);
      steps += 1;
    }
    expect(steps).toBeGreaterThan(4);
    expect(begun.tree.elements.size).toBe(0);
  });

  it('and those after it end with an incident when they have written too much without a wait state', async () => {
    const grow: JsonValue = 'y'.repeat(3_000_000);
    const loud = await begin(growing('=if text = a then b else a'), { text: '', a: grow, b: `${grow}z` });
    for (let next = continuation(loud.tree); next; next = continuation(loud.tree)) loud.give(next);
    expect(incidentsOf(loud)).toEqual(['UNKNOWN at p']);
    expect(loud.tree.postponed).toMatchObject({ dueAt: null });
    expect(loud.tree.postponed?.weight).toBeGreaterThan(256_000_000);
    const [{ key: incidentKey }] = loud.tree.incidents.values();
    loud.give({ type: 'resolve incident', incidentKey });
    expect(continuation(loud.tree)).toBeDefined();
  });
});

const large = 'x'.repeat(600);

describe('a variable beyond the limit', () => {
  it.each<readonly [string, NodeSource, string]>([
    ['of a script', script('t', '=v + v', 'r'), 'EXTRACT_VALUE_ERROR at t'],
    [
      'of an input mapping',
      serviceTask('t', {
        extensions: ['<zeebe:ioMapping><zeebe:input source="=[v, v]" target="a.b" /></zeebe:ioMapping>'],
      }),
      'IO_MAPPING_ERROR at t',
    ],
    [
      'that two mappings fill together',
      {
        type: 'task',
        id: 't',
        extensions: [
          '<zeebe:ioMapping><zeebe:output source="=v" target="a.b" /><zeebe:output source="=v" target="a.c" /></zeebe:ioMapping>',
        ],
      },
      'IO_MAPPING_ERROR at t',
    ],
    [
      'of what a multi-instance activity collects',
      {
        type: 'manualTask',
        id: 't',
        content: [
          '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1, 2]" outputCollection="r" outputElement="=[v]" /></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
        ],
      },
      'EXTRACT_VALUE_ERROR at t',
    ],
  ])('%s is an incident', async (_what, node, expected) => {
    const begun = await begin(straight(node), { v: large }, 1_000);
    expect(incidentsOf(begun)).toEqual([expected]);
    const roomy = await begin(straight(node), { v: large }, 2_000);
    expect(incidentsOf(roomy)).toEqual([]);
  });

  it('is refused from a caller, by its name, and nothing happens', async () => {
    const begun = await begin(straight(serviceTask('t')), {}, 1_000);
    const [job] = begun.tree.jobs.keys();
    const { revision } = begun.tree;
    const variables = { small: 1, big: [large, large] };
    const elementInstanceKey = begun.tree.rootKey;
    for (const command of [
      { type: 'complete job', jobKey: job, variables },
      { type: 'fail job', jobKey: job, variables, retries: 1, errorMessage: '', retryBackOff: 0 },
      { type: 'set variables', elementInstanceKey, variables, local: true },
    ] satisfies Command[]) {
      expect(begun.give(command)).toMatch(/^The variable "big" would have more than 1,000 characters/);
    }
    expect(begun.tree.revision).toBe(revision);
    expect(begun.give({ type: 'complete job', jobKey: job, variables: { small: large } })).toBeGreaterThan(0);
  });
});
