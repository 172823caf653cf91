/** How a process begins: at a none start event, at one with a trigger, or at what begins instances itself. */
import { chain, message, timer, type NodeSource } from '../../support/bpmn-xml.js';
import { join, single, type Fragment, type Grower } from '../fragments.js';
import { correlationKey } from './values.js';

/** The beginning of a process. `startAt` is the element that a trigger begins it at; absent where nothing is needed. */
export interface Beginning {
  readonly fragment: Fragment;
  readonly startAt?: string;
}

/** A beginning: three times of four a none start event. */
export function beginning(grower: Grower): Beginning {
  const { id, random } = grower;
  if (random.chance(0.75)) return { fragment: single({ type: 'startEvent', id: id('start') }) };
  const kind = random.pick([
    'message',
    'signal',
    'timer',
    'condition',
    'several',
    'receive',
    'Exclusive',
    'Parallel',
  ] as const);
  if (kind === 'Exclusive' || kind === 'Parallel') return instantiatingGateway(grower, kind);
  const startAt = id('start');
  if (kind === 'receive') {
    const node = {
      type: 'receiveTask',
      id: startAt,
      attributes: { instantiate: 'true', messageRef: wait(grower).id },
    };
    return { fragment: single(node), startAt };
  }
  const definitions = {
    message: () => [wait(grower).event],
    signal: () => [signal(grower)],
    timer: () => [timer('timeDuration', 'PT1H')],
    condition: () => [
      '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">=size0 &gt; 4</bpmn:condition></bpmn:conditionalEventDefinition>',
    ],
    several: () => [wait(grower).event, signal(grower)],
  };
  return { fragment: single({ type: 'startEvent', id: startAt, content: definitions[kind]() }), startAt };
}

function wait({ id, random, root }: Grower): { id: string; event: string } {
  const messageId = id('m');
  const { root: xml, event } = message(messageId, `message ${messageId}`, correlationKey(random));
  root(xml);
  return { id: messageId, event };
}

function signal({ id, root }: Grower): string {
  const signalId = id('signal');
  root(`<bpmn:signal id="${signalId}" name="signal ${signalId}" />`);
  return `<bpmn:signalEventDefinition signalRef="${signalId}" />`;
}

/** Two or three messages: any of them begins the instance, or the first of all. */
function instantiatingGateway(grower: Grower, eventGatewayType: 'Exclusive' | 'Parallel'): Beginning {
  const { id, random } = grower;
  const gateway = id('begin');
  const events = Array.from({ length: 2 + random.below(2) }, (): NodeSource => {
    return { type: 'intermediateCatchEvent', id: id('message'), content: [wait(grower).event] };
  });
  const merge: NodeSource = {
    type: eventGatewayType === 'Parallel' ? 'parallelGateway' : 'exclusiveGateway',
    id: id('merge'),
  };
  const attributes = { instantiate: 'true', eventGatewayType };
  const fragment = {
    nodes: [{ type: 'eventBasedGateway', id: gateway, attributes }, ...events, merge],
    flows: events.flatMap((event) => chain(gateway, event.id, merge.id)),
    first: gateway,
    last: merge.id,
  };
  return {
    fragment: join(fragment, single({ type: 'task', id: id('begun') })),
    startAt: random.pick(events).id,
  };
}
