/** Reads event definitions (BPMN 2.0.2 §10.5) for the positions that this version runs. */
import type { EventDefinition } from '../model/process-model.js';
import type { ElementReading } from './draft.js';
import { child, children, extension, flag, text, type ModdleElement } from './moddle.js';
import { readOptionalValue, readValue } from './values.js';
import { isFixedTimer } from '../behaviors/timer-values.js';

type EventKind = EventDefinition['kind'];

/** The event definitions that each position can have. */
const ALLOWED: Readonly<Record<string, readonly EventKind[]>> = {
  startEvent: ['none', 'message', 'timer', 'signal'],
  endEvent: ['none', 'error', 'terminate'],
  intermediateCatchEvent: ['message', 'timer'],
  boundaryEvent: ['message', 'timer', 'error'],
};

/** Reads a start, end, intermediate catch or boundary event. */
export function readEvent(reading: ElementReading): void {
  const { source, node, problems } = reading;
  const definitions = children(source, 'eventDefinitions');
  if (definitions.length > 1) {
    return problems.error(
      'NOT_SUPPORTED',
      node.id,
      'An event with several event definitions is not supported yet.',
      'Use one event for each.',
    );
  }
  const definition = definitions[0];
  const event = definition ? readDefinition(definition, reading) : ({ kind: 'none' } as const);
  if (!event || !ALLOWED[node.type]?.includes(event.kind)) {
    const kind = definition?.$type.replace(/^bpmn:|EventDefinition$/g, '') ?? 'none';
    return problems.error(
      'NOT_SUPPORTED',
      node.id,
      `A ${kind} event is not supported at this place yet.`,
      `Here this version runs: ${(ALLOWED[node.type] ?? []).join(', ')}.`,
    );
  }
  node.event = event;
  node.interrupting = flag(source, 'cancelActivity') ?? flag(source, 'isInterrupting') ?? true;
  if (event.kind === 'error' && !node.interrupting) {
    const message = 'An error always ends the activity that it is thrown in, so its boundary event cannot be non-interrupting.';
    problems.error('NOT_SUPPORTED', node.id, message, 'Make it interrupting, or use an escalation.');
  }
}

/** Reads a receive task (BPMN 2.0.2 §10.3.3): it waits for a message as a catch event does. */
export function readReceiveTask(reading: ElementReading): void {
  reading.node.event = readMessage(reading.source, reading);
}

function readDefinition(definition: ModdleElement, reading: ElementReading): EventDefinition | undefined {
  const { node, problems } = reading;
  switch (definition.$type) {
    case 'bpmn:MessageEventDefinition':
      return readMessage(definition, reading);
    case 'bpmn:TimerEventDefinition':
      return readTimer(definition, reading);
    case 'bpmn:SignalEventDefinition': {
      const name = text(child(definition, 'signalRef'), 'name');
      if (!name) missing(reading, 'signal', 'a name');
      return { kind: 'signal', name: readValue(name ?? '', node.id, 'signal name', problems) };
    }
    case 'bpmn:ErrorEventDefinition': {
      const code = text(child(definition, 'errorRef'), 'errorCode');
      if (!code && node.type === 'endEvent') missing(reading, 'error', 'an error code');
      if (code?.startsWith('=') && node.type !== 'endEvent') {
        const message = `The code "${code}" of a caught error is an expression, but it must be fixed: it is compared as it stands.`;
        problems.error('VALUE_INVALID', node.id, message, 'Write the code itself, or none to catch every error.');
      }
      return { kind: 'error', code: readOptionalValue(code, node.id, 'error code', problems) };
    }
    case 'bpmn:TerminateEventDefinition':
      return { kind: 'terminate' };
    default:
      return undefined;
  }
}

function readMessage(holder: ModdleElement, reading: ElementReading): EventDefinition {
  const { node, problems } = reading;
  const message = child(holder, 'messageRef');
  const name = text(message, 'name');
  if (!name) missing(reading, 'message', 'a name');
  const key = text(extension(message, 'zeebe:Subscription'), 'correlationKey');
  if (key !== undefined && !key.startsWith('=')) {
    problems.error(
      'EXPRESSION_NEEDED',
      node.id,
      `The correlation key "${key}" of the message is a fixed text, so every instance would wait for the same one.`,
      'Begin it with "=" and read it from the variables.',
    );
  } else if (key === undefined && node.type !== 'startEvent') {
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
    problems.error('TIMER_INVALID', node.id, 'The timer has several values.', 'Keep one: a date, a duration or a cycle.');
  }
  for (const [property, timer] of TIMERS) {
    const body = text(child(definition, property), 'body')?.trim();
    if (body === undefined) continue;
    const value = readValue(body, node.id, `timer ${timer}`, problems);
    if (typeof value.fixed === 'string' && !isFixedTimer(timer, value.fixed)) {
      problems.error(
        'TIMER_INVALID',
        node.id,
        `The timer ${timer} "${body}" is not valid.`,
        'Write a date as 2030-01-31T09:00:00Z, a duration as PT15M, a cycle as R3/PT1H.',
      );
    }
    if (timer === 'cycle' && !mayCycle(reading)) {
      problems.error(
        'TIMER_INVALID',
        node.id,
        'A timer cycle would fire again after its element is gone.',
        'Use a date or a duration, or make the boundary event non-interrupting.',
      );
    }
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

/** A cycle makes sense where the event can happen again: a start event, or a boundary that does not interrupt. */
function mayCycle({ source, node }: ElementReading): boolean {
  return node.type === 'startEvent' || (node.type === 'boundaryEvent' && flag(source, 'cancelActivity') === false);
}

function missing({ node, problems }: ElementReading, kind: string, what: string): void {
  problems.error('VALUE_MISSING', node.id, `The ${kind} event needs ${what}.`, `Give the ${kind} ${what}.`);
}
