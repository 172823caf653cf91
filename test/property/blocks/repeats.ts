/** Blocks that run one activity several times. */
import { escapeXml, type NodeSource } from '../../support/bpmn-xml.js';
import type { Block, Grower } from '../fragments.js';
import { RANDOM_DECISION } from './decision.js';
import { executionListeners } from './listeners.js';
import { adHocNode } from './scopes.js';
import { guarded, userTask } from './tasks.js';
import { condition } from './values.js';

/** Multi-instance and loop activities. */
export const REPEAT_BLOCKS: readonly Block[] = [
  { share: 4, grow: (grower) => guarded(grower, repeated(grower, repeatedTask(grower))) },
  { share: 3, grow: (grower) => guarded(grower, repeated(grower, repeatedScope(grower))) },
];

function repeatedTask(grower: Grower): NodeSource {
  const { id, random } = grower;
  const [type, extension] = random.pick([
    ['serviceTask', '<zeebe:taskDefinition type="work" />'],
    ['userTask', userTask(random).join('')],
    ['scriptTask', '<zeebe:script expression="=loopCounter" resultVariable="turn" />'],
    ['sendTask', '<zeebe:taskDefinition type="work" />'],
    ['businessRuleTask', `<zeebe:calledDecision decisionId="${RANDOM_DECISION}" resultVariable="turn" />`],
    ['manualTask', ''],
    ['callActivity', ''],
  ] as const);
  if (type === 'callActivity') {
    const called = `<zeebe:calledElement processId="${grower.process()}" />`;
    return { type, id: id('each'), extensions: [called] };
  }
  return { type, id: id('each'), extensions: extension === '' ? [] : [extension] };
}

function repeatedScope(grower: Grower): NodeSource {
  const { id, inside, random } = grower;
  if (random.chance(0.2)) return adHocNode(grower);
  const body = inside();
  const [start, end] = [id('start'), id('end')];
  return {
    type: random.chance(0.2) ? 'transaction' : 'subProcess',
    id: id('each'),
    inside: {
      nodes: [{ type: 'startEvent', id: start }, ...body.nodes, { type: 'endEvent', id: end }],
      flows: [{ from: start, to: body.first }, ...body.flows, { from: body.last, to: end }],
    },
  };
}

function repeated({ random }: Grower, node: NodeSource): NodeSource {
  const isLoop = random.chance(0.3);
  const marker = isLoop ? standardLoop(random.below(3)) : multiInstance();
  const events = isLoop ? ['start', 'end'] : ['beforeAll', 'start', 'end'];
  const isListened = (node.extensions ?? []).some((extension) => extension.includes('Listeners'));
  const listeners = isListened ? [] : executionListeners(random, events);
  return {
    ...node,
    extensions: [...(node.extensions ?? []), ...listeners],
    content: [...(node.content ?? []), marker],
  };

  function standardLoop(more: number): string {
    const body = escapeXml(condition(random));
    const test = `<bpmn:loopCondition xsi:type="bpmn:tFormalExpression">${body}</bpmn:loopCondition>`;
    return (
      `<bpmn:standardLoopCharacteristics testBefore="${random.chance(0.5)}" loopMaximum="${1 + more}">` +
      `${random.chance(0.6) ? test : ''}</bpmn:standardLoopCharacteristics>`
    );
  }

  function multiInstance(): string {
    const collected = random.chance(0.5);
    const items = random.pick(['=[1, 2, 3]', '=["a"]', '=[]', '=for i in 1..size0 return i']);
    const output = random.chance(0.5) ? ' outputCollection="collected" outputElement="=item"' : '';
    const extension =
      '<bpmn:extensionElements><zeebe:loopCharacteristics' +
      ` inputCollection="${escapeXml(items)}" inputElement="item"${output} /></bpmn:extensionElements>`;
    const count = '<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">=2</bpmn:loopCardinality>';
    const enough = random.pick(['=numberOfCompletedInstances >= 1', '=yes0', '=loopCounter > 1']);
    const until = `<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">${escapeXml(enough)}</bpmn:completionCondition>`;
    return (
      `<bpmn:multiInstanceLoopCharacteristics isSequential="${random.chance(0.5)}">` +
      `${collected ? extension : count}${random.chance(0.25) ? until : ''}</bpmn:multiInstanceLoopCharacteristics>`
    );
  }
}
