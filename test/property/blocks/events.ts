/** Blocks of events that throw, catch and choose, and of event sub-processes beside the path. */
import { chain, escapeXml, message, timer, type NodeSource } from '../../support/bpmn-xml.js';
import { join, single, type Block, type Fragment, type Grower } from '../fragments.js';
import { condition, correlationKey, duration } from './values.js';
import { ERROR_CODES } from './tasks.js';

/** Blocks of events. */
export const EVENT_BLOCKS: readonly Block[] = [
  { share: 1, grow: (grower) => single(catching(grower, 'signal')) },
  { share: 1, grow: (grower) => single(catching(grower, 'condition')) },
  { share: 1, grow: ({ id }) => single({ type: 'intermediateThrowEvent', id: id('milestone') }) },
  { share: 1, grow: (grower) => single(throwing(grower, signalDefinition(grower))) },
  { share: 2, grow: (grower) => single(throwing(grower, escalationDefinition(grower))) },
  {
    share: 1,
    grow: (grower) => single(throwing(grower, signalDefinition(grower) + escalationDefinition(grower))),
  },
  { share: 2, grow: (grower) => single(catchingSeveral(grower)) },
  { share: 1, grow: thrownMessage },
  { share: 1, grow: link },
  { share: 2, grow: eventChoice },
  { share: 3, grow: besideEventSubProcess },
];

type Trigger = 'timer' | 'message' | 'signal' | 'condition';

const TRIGGERS: readonly Trigger[] = ['timer', 'message', 'signal', 'condition'];

function definitionOf(grower: Grower, trigger: Trigger): string {
  const { id, random, root } = grower;
  if (trigger === 'timer') return timer('timeDuration', duration(random));
  if (trigger === 'signal') return signalDefinition(grower);
  if (trigger === 'condition') return conditionDefinition(grower);
  const messageId = id('m');
  const { root: xml, event } = message(messageId, `message ${messageId}`, correlationKey(random));
  root(xml);
  return event;
}

function conditionDefinition({ random }: Grower): string {
  const body = escapeXml(condition(random));
  return (
    '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">' +
    `${body}</bpmn:condition></bpmn:conditionalEventDefinition>`
  );
}

function signalDefinition({ id, root }: Grower): string {
  const signalId = id('signal');
  root(`<bpmn:signal id="${signalId}" name="signal ${signalId}" />`);
  return `<bpmn:signalEventDefinition signalRef="${signalId}" />`;
}

/** An escalation with one of a few codes, so that it is caught now and then. */
export function escalationDefinition(grower: Grower, code = grower.random.pick(ERROR_CODES)): string {
  const escalationId = grower.id('escalation');
  grower.root(`<bpmn:escalation id="${escalationId}" escalationCode="${code}" />`);
  return `<bpmn:escalationEventDefinition escalationRef="${escalationId}" />`;
}

function catching(grower: Grower, trigger: Trigger): NodeSource {
  const content = [definitionOf(grower, trigger)];
  return { type: 'intermediateCatchEvent', id: grower.id(trigger), content };
}

/** Waits for any, or for all, of several triggers. */
function catchingSeveral(grower: Grower): NodeSource {
  const { id, random } = grower;
  const triggers = TRIGGERS.filter(() => random.chance(0.6));
  const content = (triggers.length > 1 ? triggers : TRIGGERS).map((trigger) => definitionOf(grower, trigger));
  const attributes = { parallelMultiple: String(random.chance(0.5)) };
  return { type: 'intermediateCatchEvent', id: id('several'), attributes, content };
}

function throwing({ id }: Grower, definition: string): NodeSource {
  return { type: 'intermediateThrowEvent', id: id('throw'), content: [definition] };
}

function thrownMessage({ id, root }: Grower): Fragment {
  const messageId = id('m');
  root(`<bpmn:message id="${messageId}" name="message ${messageId}" />`);
  return single({
    type: 'intermediateThrowEvent',
    id: id('send'),
    extensions: ['<zeebe:taskDefinition type="work" />'],
    content: [`<bpmn:messageEventDefinition messageRef="${messageId}" />`],
  });
}

/** A jump across the scope. */
function link({ id }: Grower): Fragment {
  const name = id('link');
  const definition = `<bpmn:linkEventDefinition id="${name}-definition" name="${name}" />`;
  const from = { type: 'intermediateThrowEvent', id: `${name}-from`, content: [definition] };
  const content = [definition.replace('-definition', '-definition-2')];
  const to = { type: 'intermediateCatchEvent', id: `${name}-to`, content };
  return { nodes: [from, to], flows: [], first: from.id, last: to.id };
}

/** The first of two or three events decides. */
function eventChoice(grower: Grower): Fragment {
  const { id, random } = grower;
  const gateway = id('wait');
  const merge = id('merge');
  const events = Array.from({ length: 2 + random.below(2) }, () => catching(grower, random.pick(TRIGGERS)));
  return {
    nodes: [{ type: 'eventBasedGateway', id: gateway }, ...events, { type: 'exclusiveGateway', id: merge }],
    flows: events.flatMap((event) => chain(gateway, event.id, merge)),
    first: gateway,
    last: merge,
  };
}

/** What triggers an event sub-process. No two of a scope may catch the same error, nor the same escalation. */
function besideTrigger(grower: Grower): { kind: Trigger | 'error' | 'escalation'; definition: string } {
  const { id, random, root } = grower;
  const kind = random.pick([...TRIGGERS, 'error', 'escalation'] as const);
  if (kind !== 'error' && kind !== 'escalation') return { kind, definition: definitionOf(grower, kind) };
  const code = grower.once(kind, ERROR_CODES);
  if (code === null) return { kind: 'timer', definition: definitionOf(grower, 'timer') };
  if (kind === 'escalation') return { kind, definition: escalationDefinition(grower, code) };
  const errorId = id('error');
  root(`<bpmn:error id="${errorId}" errorCode="${code}" />`);
  return { kind, definition: `<bpmn:errorEventDefinition errorRef="${errorId}" />` };
}

/** A path with an event sub-process beside it, for anything that can trigger one. */
function besideEventSubProcess(grower: Grower): Fragment {
  const { id, random } = grower;
  const { kind, definition } = besideTrigger(grower);
  const start = id('start');
  const body = grower.inside();
  const end = id('end');
  const isInterrupting = String(kind === 'error' || random.chance(0.3));
  const beside: NodeSource = {
    type: 'subProcess',
    id: id('beside'),
    attributes: { triggeredByEvent: 'true' },
    inside: {
      nodes: [
        { type: 'startEvent', id: start, attributes: { isInterrupting }, content: [definition] },
        ...body.nodes,
        { type: 'endEvent', id: end },
      ],
      flows: [...chain(start, body.first), ...body.flows, ...chain(body.last, end)],
    },
  };
  const path = join(grower.inside(), single({ type: 'task', id: id('pass') }));
  return { ...path, nodes: [...path.nodes, beside] };
}
