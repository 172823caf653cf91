/** Reads event definitions (BPMN 2.0.2 §10.5) for the positions that this version runs. */
import type { ConditionFilter, EventDefinition } from '../model/process-model.js';
import type { ElementReading } from './draft.js';
import { child, eventDefinitions, extension, flag, text, type ModdleElement } from './moddle.js';
import { readJobTask } from './job-task.js';
import { readExpression, readOptionalValue, readValue } from './values.js';

type EventKind = EventDefinition['kind'];

/** The event definitions that each position can have. */
const ALLOWED: Readonly<Record<string, readonly EventKind[]>> = {
  startEvent: ['none', 'message', 'timer', 'signal', 'conditional'],
  startOfEventSubProcess: [
    'message',
    'timer',
    'signal',
    'error',
    'escalation',
    'conditional',
    'compensation',
  ],
  endEvent: ['none', 'message', 'signal', 'error', 'escalation', 'terminate', 'compensation', 'cancel'],
  intermediateCatchEvent: ['message', 'timer', 'signal', 'conditional', 'link'],
  intermediateThrowEvent: ['none', 'message', 'signal', 'escalation', 'link', 'compensation'],
  boundaryEvent: [
    'message',
    'timer',
    'error',
    'signal',
    'escalation',
    'conditional',
    'compensation',
    'cancel',
  ],
};

/** Events that throw: a message then is a job, since only a worker knows how to send it. */
const THROWING = new Set(['intermediateThrowEvent', 'endEvent']);

/** Reads a start, end, intermediate catch or boundary event. */
export function readEvent(reading: ElementReading): void {
  const { source, node, problems } = reading;
  const definitions = eventDefinitions(source);
  const events = definitions.map((definition) => readDefinition(definition, reading));
  const position =
    node.scope?.type === 'eventSubProcess' && node.type === 'startEvent'
      ? 'startOfEventSubProcess'
      : node.type;
  const allowed = ALLOWED[position] ?? [];
  if (events.length === 0) events.push({ kind: 'none' });
  for (const [index, event] of events.entries()) {
    if (event && allowed.includes(event.kind)) continue;
    const kind = definitions[index]?.$type.replace(/^bpmn:|EventDefinition$/g, '') ?? 'none';
    return problems.error(
      'NOT_SUPPORTED',
      node.id,
      `A ${kind} event is not possible at this place.`,
      `Here this version runs: ${allowed.join(', ')}.`,
    );
  }
  const event =
    events.length === 1 ? (events[0] as EventDefinition) : readMultiple(events as EventDefinition[], reading);
  node.event = event;
  node.interrupting = flag(source, 'cancelActivity') ?? flag(source, 'isInterrupting') ?? true;
  if (event.kind === 'cancel' && !node.interrupting) {
    const message =
      'Cancelling always ends the transaction, so its boundary event cannot be non-interrupting.';
    problems.error('NOT_SUPPORTED', node.id, message, 'Make it interrupting.');
  }
  if (event.kind === 'error' && !node.interrupting) {
    const message =
      'An error always ends the activity that it is thrown in, so its boundary event cannot be non-interrupting.';
    problems.error('NOT_SUPPORTED', node.id, message, 'Make it interrupting, or use an escalation.');
  }
}

/** Several event definitions: any of them triggers the event, or all of them together (BPMN 2.0.2 §10.5.5). */
function readMultiple(
  events: readonly EventDefinition[],
  { source, node, problems }: ElementReading,
): EventDefinition {
  const parallel = flag(source, 'parallelMultiple') ?? false;
  const kinds = new Set(events.map(({ kind }) => kind));
  const alone = [...kinds].find((kind) => ALONE.has(kind));
  const waiting = events.filter(({ kind }) => THROWING.has(node.type) && WAITING.has(kind));
  if (alone !== undefined || waiting.length > 1) {
    const message = `A ${alone ?? waiting[0]?.kind} event cannot be one of several event definitions here.`;
    problems.error('NOT_SUPPORTED', node.id, message, 'Use one event for each.');
  }
  if (parallel && node.scope?.type === 'process' && node.type === 'startEvent') {
    const message =
      'A start event that needs several triggers together cannot begin an instance: nothing says which triggers belong together.';
    const hint =
      'Begin at a parallel event-based gateway, whose messages are correlated, or at the first trigger.';
    problems.error('NOT_SUPPORTED', node.id, message, hint);
  }
  if (parallel && (kinds.has('error') || kinds.has('escalation'))) {
    const message = 'An error or escalation cannot be waited for together with other triggers.';
    problems.error('NOT_SUPPORTED', node.id, message, 'Use an event of its own for it.');
  }
  return { kind: 'multiple', parallel, events };
}

/** Event definitions that cannot stand beside others. */
const ALONE: ReadonlySet<EventKind> = new Set(['none', 'link', 'terminate', 'cancel']);

/** Thrown events that make their element wait: only one of them can stand among several. */
const WAITING: ReadonlySet<EventKind> = new Set(['message', 'compensation', 'error']);

/** Reads a receive task (BPMN 2.0.2 §10.3.3): it waits for a message as a catch event does. */
export function readReceiveTask(reading: ElementReading): void {
  const { node, source } = reading;
  if (flag(source, 'instantiate') === true) node.instantiates = 'exclusive';
  node.event = readMessage(source, reading);
}

function readDefinition(definition: ModdleElement, reading: ElementReading): EventDefinition | undefined {
  const { node, problems } = reading;
  switch (definition.$type) {
    case 'bpmn:MessageEventDefinition':
      return THROWING.has(node.type) ? readThrownMessage(reading) : readMessage(definition, reading);
    case 'bpmn:TimerEventDefinition':
      return readTimer(definition, reading);
    case 'bpmn:SignalEventDefinition': {
      const name = text(child(definition, 'signalRef'), 'name');
      if (!name?.trim()) missing(reading, 'signal', 'a name');
      return { kind: 'signal', name: readValue(name ?? '', node.id, 'signal name', problems) };
    }
    case 'bpmn:ErrorEventDefinition': {
      const code = text(child(definition, 'errorRef'), 'errorCode');
      if (!code && node.type === 'endEvent') missing(reading, 'error', 'an error code');
      if (code?.startsWith('=') && node.type !== 'endEvent') {
        const message = `The code "${code}" of a caught error is an expression, but it must be fixed: it is compared as it stands.`;
        problems.error(
          'VALUE_INVALID',
          node.id,
          message,
          'Write the code itself, or none to catch every error.',
        );
      }
      return { kind: 'error', code: readOptionalValue(code, node.id, 'error code', problems) };
    }
    case 'bpmn:EscalationEventDefinition': {
      const code = text(child(definition, 'escalationRef'), 'escalationCode');
      if (!code && THROWING.has(node.type)) missing(reading, 'escalation', 'an escalation code');
      if (code?.startsWith('=') && !THROWING.has(node.type)) {
        const message = `The code "${code}" of a caught escalation is an expression, but it must be fixed: it is compared as it stands.`;
        problems.error(
          'VALUE_INVALID',
          node.id,
          message,
          'Write the code itself, or none to catch every escalation.',
        );
      }
      return { kind: 'escalation', code: readOptionalValue(code, node.id, 'escalation code', problems) };
    }
    case 'bpmn:ConditionalEventDefinition': {
      const condition = text(child(definition, 'condition'), 'body')?.trim();
      if (!condition) missing(reading, 'conditional', 'a condition');
      return {
        kind: 'conditional',
        condition: readExpression(condition ?? '=false', node.id, 'condition', problems),
        filter: readFilter(definition, reading),
      };
    }
    case 'bpmn:LinkEventDefinition': {
      const name = text(definition, 'name');
      if (!name) missing(reading, 'link', 'a name');
      return { kind: 'link', name: name ?? '' };
    }
    case 'bpmn:CompensateEventDefinition':
      refuseNotWaiting(definition, reading);
      return { kind: 'compensation', activityId: child(definition, 'activityRef')?.id };
    case 'bpmn:CancelEventDefinition':
      return { kind: 'cancel' };
    case 'bpmn:TerminateEventDefinition':
      return { kind: 'terminate' };
    default:
      return undefined;
  }
}

/** The changes of variables that a filter can name. */
const CHANGES = ['create', 'update'];

/** A compensation that its thrower does not wait for could outlive the scope in which it undoes something. */
function refuseNotWaiting(definition: ModdleElement, { node, problems }: ElementReading): void {
  if (flag(definition, 'waitForCompletion') !== false) return;
  const message = 'The event does not wait for the compensation that it throws, which is not supported.';
  problems.error('NOT_SUPPORTED', node.id, message, 'Let it wait: remove waitForCompletion="false".');
}

function readFilter(
  definition: ModdleElement,
  { node, problems }: ElementReading,
): ConditionFilter | undefined {
  const filter = extension(definition, 'zeebe:ConditionalFilter');
  if (!filter) return undefined;
  const list = (property: string) =>
    (text(filter, property) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const variableEvents = list('variableEvents');
  const unknown = variableEvents.find((change) => !CHANGES.includes(change));
  if (unknown !== undefined) {
    const message = `The filter names the change "${unknown}" of variables, which does not happen.`;
    problems.error('VALUE_INVALID', node.id, message, 'Use "create", "update" or both.');
  }
  return { variableNames: list('variableNames'), variableEvents };
}

function readThrownMessage(reading: ElementReading): EventDefinition {
  readJobTask(reading);
  const name = { source: '', fixed: '', feel: undefined };
  return { kind: 'message', name, correlationKey: undefined };
}

function readMessage(holder: ModdleElement, reading: ElementReading): EventDefinition {
  const { node, problems } = reading;
  const message = child(holder, 'messageRef');
  const name = text(message, 'name');
  if (!name?.trim()) missing(reading, 'message', 'a name');
  const key = text(extension(message, 'zeebe:Subscription'), 'correlationKey');
  if (key !== undefined && !key.startsWith('=')) {
    problems.error(
      'EXPRESSION_NEEDED',
      node.id,
      `The correlation key "${key}" of the message is a fixed text, so every instance would wait for the same one.`,
      'Begin it with "=" and read it from the variables.',
    );
  } else if (key === undefined && node.type !== 'startEvent' && !node.instantiates) {
    missing(reading, 'message', 'a correlation key');
  }
  return {
    kind: 'message',
    name: readValue(name ?? '', node.id, 'message name', problems),
    correlationKey: readOptionalValue(key, node.id, 'correlation key', problems),
  };
}

function readTimer(definition: ModdleElement, reading: ElementReading): EventDefinition {
  const { node, problems } = reading;
  if (TIMERS.filter(([property]) => child(definition, property)).length > 1) {
    problems.error(
      'TIMER_INVALID',
      node.id,
      'The timer has several values.',
      'Keep one: a date, a duration or a cycle.',
    );
  }
  for (const [property, timer] of TIMERS) {
    const body = text(child(definition, property), 'body')?.trim();
    if (body === undefined) continue;
    const value = readValue(body, node.id, `timer ${timer}`, problems);
    return { kind: 'timer', timer, value };
  }
  missing(reading, 'timer', 'a date, a duration or a cycle');
  return { kind: 'timer', timer: 'duration', value: { source: '', fixed: '', feel: undefined } };
}

const TIMERS = [
  ['timeDate', 'date'],
  ['timeDuration', 'duration'],
  ['timeCycle', 'cycle'],
] as const;

function missing({ node, problems }: ElementReading, kind: string, what: string): void {
  problems.error('VALUE_MISSING', node.id, `The ${kind} event needs ${what}.`, `Give the ${kind} ${what}.`);
}
