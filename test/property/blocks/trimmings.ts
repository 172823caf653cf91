/** What any grown node may get besides: listeners at events and gateways, outputs of events, and ends that throw. */
import type { NodeSource } from '../../support/bpmn-xml.js';
import type { Grower } from '../fragments.js';
import { executionListeners } from './listeners.js';
import { mappings } from './values.js';

const EVENTS: ReadonlySet<string> = new Set([
  'startEvent',
  'endEvent',
  'intermediateCatchEvent',
  'intermediateThrowEvent',
  'boundaryEvent',
]);

/** A node and those inside it, some of them with more than their blocks gave them. */
export function trimmed(grower: Grower, node: NodeSource): NodeSource {
  const { random } = grower;
  const inside = node.inside && {
    ...node.inside,
    nodes: node.inside.nodes.map((inner) => trimmed(grower, inner)),
  };
  const whole: NodeSource = inside ? { ...node, inside } : node;
  const isEvent = EVENTS.has(node.type);
  if (!isEvent && !node.type.endsWith('Gateway')) return whole;
  const ends = node.type === 'endEvent' && !node.content?.length && random.chance(0.2);
  const thrown = ends ? thrownAtEnd(grower) : { extensions: [], content: [] };
  const outputs = mappings(random).map((mapping) => mapping.replace(/<zeebe:input.*?\/>/, ''));
  const isMapped = (node.extensions ?? []).some((extension) => extension.includes('ioMapping'));
  return {
    ...whole,
    extensions: [
      ...(node.extensions ?? []),
      ...thrown.extensions,
      ...(isEvent && !isMapped && random.chance(0.3) ? outputs : []),
      ...executionListeners(random, node.type === 'complexGateway' ? ['start'] : undefined),
    ],
    content: [...(node.content ?? []), ...thrown.content],
  };
}

/** What an end event throws on its way out. */
function thrownAtEnd({ id, random, root }: Grower): Required<Pick<NodeSource, 'extensions' | 'content'>> {
  const thrown = id('thrown');
  const signal = (): string => {
    root(`<bpmn:signal id="${thrown}-s" name="${thrown}" />`);
    return `<bpmn:signalEventDefinition signalRef="${thrown}-s" />`;
  };
  const escalation = (): string => {
    root(`<bpmn:escalation id="${thrown}-e" escalationCode="${random.pick(['A', 'B'])}" />`);
    return `<bpmn:escalationEventDefinition escalationRef="${thrown}-e" />`;
  };
  switch (random.pick(['signal', 'escalation', 'message', 'compensation', 'several'] as const)) {
    case 'signal':
      return { extensions: [], content: [signal()] };
    case 'escalation':
      return { extensions: [], content: [escalation()] };
    case 'compensation':
      return { extensions: [], content: ['<bpmn:compensateEventDefinition />'] };
    case 'several':
      return { extensions: [], content: [signal(), escalation()] };
    case 'message':
      root(`<bpmn:message id="${thrown}-m" name="${thrown}" />`);
      return {
        extensions: ['<zeebe:taskDefinition type="work" retries="2" />'],
        content: [`<bpmn:messageEventDefinition messageRef="${thrown}-m" />`],
      };
  }
}
