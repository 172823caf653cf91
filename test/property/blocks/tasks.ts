/** Blocks of one flow node, with the boundary events that lead back to the way out. */
import { chain, escapeXml, message, timer, type NodeSource } from '../../support/bpmn-xml.js';
import { join, single, type Block, type Fragment, type Grower } from '../fragments.js';
import { RANDOM_DECISION } from './decision.js';
import { executionListeners, taskListeners } from './listeners.js';
import type { RandomSource } from '../../support/random-source.js';
import { condition, correlationKey, duration, mappings } from './values.js';

/** Error codes that workers and end events throw; boundary events catch some of them. */
export const ERROR_CODES = ['E1', 'E2', 'E3'] as const;

/** Blocks that hold no others. */
export const TASK_BLOCKS: readonly Block[] = [
  { share: 6, grow: (grower) => guarded(grower, jobTask(grower, 'serviceTask')) },
  { share: 1, grow: (grower) => guarded(grower, jobTask(grower, 'sendTask')) },
  {
    share: 3,
    grow: (grower) =>
      guarded(grower, {
        type: 'userTask',
        id: grower.id('person'),
        extensions: [...userTask(grower.random), ...mappings(grower.random)],
      }),
  },
  {
    share: 1,
    grow: ({ id, random }) =>
      single({
        type: random.pick(['task', 'manualTask']),
        id: id('pass'),
        extensions: [...mappings(random), ...executionListeners(random)],
      }),
  },
  {
    share: 2,
    grow({ id, random }) {
      const source = escapeXml(`=if size${random.below(4)} > 4 then ${random.below(9)} else missing`);
      const script = `<zeebe:script expression="${source}" resultVariable="size${random.below(4)}" />`;
      return single({ type: 'scriptTask', id: id('script'), extensions: [script, ...mappings(random)] });
    },
  },
  {
    share: 2,
    grow(grower) {
      const called = `<zeebe:calledDecision decisionId="${RANDOM_DECISION}" resultVariable="size${grower.random.below(4)}" />`;
      const extensions = [called, ...mappings(grower.random), ...executionListeners(grower.random)];
      return guarded(grower, { type: 'businessRuleTask', id: grower.id('decide'), extensions });
    },
  },
  {
    share: 2,
    grow: ({ id, random }) =>
      single({
        type: 'intermediateCatchEvent',
        id: id('timer'),
        content: [timer('timeDuration', duration(random))],
      }),
  },
  {
    share: 2,
    grow(grower) {
      const { root, event } = someMessage(grower);
      grower.root(root);
      return single({ type: 'intermediateCatchEvent', id: grower.id('message'), content: [event] });
    },
  },
  {
    share: 1,
    grow(grower) {
      const { root, messageId } = someMessage(grower);
      grower.root(root);
      return guarded(grower, {
        type: 'receiveTask',
        id: grower.id('receive'),
        attributes: { messageRef: messageId },
      });
    },
  },
];

/** A user task that somebody may be named for, with listeners. */
export function userTask(random: RandomSource): string[] {
  const assignment = '<zeebe:assignmentDefinition assignee="ann" />';
  return [
    '<zeebe:userTask />',
    ...(random.chance(0.3) ? [assignment] : []),
    ...taskListeners(random),
    ...executionListeners(random),
  ];
}

function jobTask({ id, random }: Grower, type: string): NodeSource {
  const definition = '<zeebe:taskDefinition type="work" retries="2" />';
  const extensions = [definition, ...mappings(random), ...executionListeners(random)];
  return { type, id: id('job'), extensions };
}

function someMessage({ id, random }: Grower): { root: string; event: string; messageId: string } {
  const messageId = id('m');
  return { ...message(messageId, `message ${messageId}`, correlationKey(random)), messageId };
}

/**
 * An activity with boundary events now and then; their paths end, or lead to where the activity's leads. In a sound
 * process the first is for those that do not interrupt, the other for those that do.
 */
export function guarded(grower: Grower, activity: NodeSource): Fragment {
  const { id, random } = grower;
  let fragment = single(activity);
  let merged = false;
  for (let events = random.chance(0.35) ? 1 + random.below(2) : 0; events > 0; events -= 1) {
    const event = boundaryEvent(grower, activity.id, events);
    const path = random.chance(0.5) ? single({ type: 'task', id: id('after') }) : null;
    const last = path?.last ?? event.id;
    const interrupts = event.attributes?.cancelActivity === 'true';
    const merges = grower.sound ? interrupts : random.chance(0.5);
    if (!merged && merges) {
      const merge = { type: 'exclusiveGateway', id: id('merge') };
      fragment = join(fragment, single(merge));
      merged = true;
    }
    const end: NodeSource = { type: 'endEvent', id: id('end') };
    const target = merges ? fragment.last : end.id;
    fragment = {
      ...fragment,
      nodes: [...fragment.nodes, event, ...(path?.nodes ?? []), ...(merges ? [] : [end])],
      flows: [...fragment.flows, ...(path ? chain(event.id, path.first) : []), ...chain(last, target)],
    };
  }
  return fragment;
}

function boundaryEvent(grower: Grower, attachedToRef: string, nth: number): NodeSource {
  const { id, random } = grower;
  const kinds = ['timer', 'cycle', 'message', 'error', 'signal', 'escalation', 'condition', 'any', 'all'];
  const kind = random.pick(kinds);
  const attributes = { attachedToRef, cancelActivity: String(kind !== 'cycle' && random.chance(0.5)) };
  const event = (content: string, more: Record<string, string> = {}): NodeSource => ({
    type: 'boundaryEvent',
    id: id('boundary'),
    attributes: { ...attributes, ...more },
    extensions: mappings(random).map((mapping) => mapping.replace(/<zeebe:input.*?\/>/, '')),
    content: [content],
  });
  if (kind === 'timer') return event(timer('timeDuration', duration(random)));
  if (kind === 'cycle') return event(timer('timeCycle', random.pick(['R3/PT1H', 'R/P1D'])));
  if (kind === 'error') {
    const errorId = id('error');
    // Two boundary events of one activity may not catch the same: the second has the second code.
    const code = random.chance(0.3) && nth === 1 ? '' : ` errorCode="${ERROR_CODES[nth - 1]}"`;
    grower.root(`<bpmn:error id="${errorId}"${code} />`);
    return event(`<bpmn:errorEventDefinition errorRef="${errorId}" />`, { cancelActivity: 'true' });
  }
  if (kind === 'signal') {
    const signalId = id('signal');
    grower.root(`<bpmn:signal id="${signalId}" name="signal ${signalId}" />`);
    return event(`<bpmn:signalEventDefinition signalRef="${signalId}" />`);
  }
  if (kind === 'escalation') {
    const escalationId = id('escalation');
    grower.root(`<bpmn:escalation id="${escalationId}" escalationCode="${ERROR_CODES[nth - 1]}" />`);
    return event(`<bpmn:escalationEventDefinition escalationRef="${escalationId}" />`);
  }
  if (kind === 'condition') {
    const body = escapeXml(condition(random));
    const test = `<bpmn:condition xsi:type="bpmn:tFormalExpression">${body}</bpmn:condition>`;
    return event(`<bpmn:conditionalEventDefinition>${test}</bpmn:conditionalEventDefinition>`);
  }
  const { root, event: definition } = someMessage(grower);
  grower.root(root);
  if (kind === 'message') return event(definition);
  const several = definition + timer('timeDuration', duration(random));
  return event(several, { parallelMultiple: String(kind === 'all') });
}
