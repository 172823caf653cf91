/** What an element instance waits for: its own event's trigger, and those of the events attached to it or inside it. */
import { append, newKey, type Step } from '../kernel/step-run.js';
import { triggersOf, type EventDefinition, type FlowNode } from '../model/process-model.js';
import type { ElementInstance, SubscriptionState } from '../state/instance-tree.js';
import {
  describe,
  evaluate,
  evaluateName,
  evaluateText,
  extractFailure,
  isFailure,
  scopeOfElement,
  type Failure,
} from './evaluate.js';
import { heldMark } from './suspension.js';
import { nextOccurrence, scheduleTimer, type TimerSchedule } from '../model/timers/timer-schedule.js';

type MessageDefinition = Extract<EventDefinition, { kind: 'message' }>;
type TimerDefinition = Extract<EventDefinition, { kind: 'timer' }>;
type SignalDefinition = Extract<EventDefinition, { kind: 'signal' }>;

/** A subscription that was evaluated but is not open yet. */
type Prepared =
  | { readonly target: FlowNode; readonly timer: TimerSchedule }
  | { readonly target: FlowNode; readonly messageName: string; readonly correlationKey: string }
  | { readonly target: FlowNode; readonly signalName: string }
  | { readonly target: FlowNode; readonly condition: Extract<EventDefinition, { kind: 'conditional' }> };

/**
 * Opens the subscriptions of these targets on a host, all or none. Those that are open already stay, so that
 * a retry after an incident does not open them twice.
 */
export function openSubscriptions(
  step: Step,
  host: ElementInstance,
  targets: readonly FlowNode[],
): Failure | undefined {
  const closed = targets.filter((target) => !isOpen(step, host, target));
  const prepared = prepareAll(step, host, closed);
  if (isFailure(prepared)) return prepared;
  for (const subscription of prepared) open(step, host, subscription);
  return undefined;
}

/** Evaluates what these targets wait for, seen from a host; nothing is opened. */
export function prepareAll(
  step: Pick<Step, 'now'>,
  host: ElementInstance,
  targets: readonly FlowNode[],
): Prepared[] | Failure {
  const prepared: Prepared[] = [];
  for (const target of targets) {
    for (const event of triggersOf(target)) {
      const outcome = prepare(step, host, target, event);
      if (isFailure(outcome)) return outcome;
      if (outcome) prepared.push(outcome);
    }
  }
  return prepared;
}

/** Closes the subscriptions of an element instance that are still open; `which` picks some of them. */
export function closeSubscriptions(
  step: Step,
  host: ElementInstance,
  which: (subscription: SubscriptionState) => boolean = () => true,
): void {
  for (const key of [...host.subscriptions]) {
    const subscription = step.tree.subscriptions.get(key);
    if (subscription && which(subscription)) closeOne(step, host, subscription);
  }
}

function closeOne(step: Step, host: ElementInstance, { kind, key }: SubscriptionState): void {
  if (kind === 'timer') append(step, host, 'timer cancelled', { timerKey: key });
  else append(step, host, `${kind} subscription closed`, { subscriptionKey: key });
}

/** Schedules the next repetition of a timer that has just fired, where it has one. */
export function rescheduleTimer(step: Step, fired: SubscriptionState & { kind: 'timer' }): void {
  const next = nextOccurrence(fired, step.now);
  if (next) scheduleAt(step, fired.element, fired.targetId, next);
}

function isOpen(step: Step, host: ElementInstance, target: FlowNode): boolean {
  return host.subscriptions.some((key) => step.tree.subscriptions.get(key)?.targetId === target.id);
}

/** Whether something else must still happen before a parallel multiple event is triggered. */
export function stillWaits(step: Step, host: ElementInstance, target: FlowNode): boolean {
  return isParallelMultiple(target) && isOpen(step, host, target);
}

/** Whether an event needs all of its triggers (BPMN 2.0.2 §10.5.5). */
export function isParallelMultiple({ event }: FlowNode): boolean {
  return event.kind === 'multiple' && event.parallel;
}

function prepare(
  step: Pick<Step, 'now'>,
  host: ElementInstance,
  target: FlowNode,
  event: EventDefinition,
): Prepared | Failure | undefined {
  if (event.kind === 'timer') return prepareTimer(step, host, target, event);
  if (event.kind === 'message') return prepareMessage(step, host, target, event);
  if (event.kind === 'signal') return prepareSignal(step, host, target, event);
  return event.kind === 'conditional' ? { target, condition: event } : undefined;
}

function prepareSignal(
  step: Pick<Step, 'now'>,
  host: ElementInstance,
  target: FlowNode,
  event: SignalDefinition,
): Prepared | Failure {
  const signalName = evaluateName(event.name, scopeOfElement(host), step.now, 'signal name');
  return isFailure(signalName) ? signalName : { target, signalName };
}

function prepareTimer(
  step: Pick<Step, 'now'>,
  host: ElementInstance,
  target: FlowNode,
  event: TimerDefinition,
): Prepared | Failure {
  const outcome = evaluate(event.value, scopeOfElement(host), step.now);
  if (isFailure(outcome)) return outcome;
  const { value, warning } = outcome;
  const timer = typeof value === 'string' ? scheduleTimer(event.timer, value, step.now) : null;
  if (timer) return { target, timer };
  return extractFailure(
    `The timer ${event.timer} "${event.value.source}" of "${target.id}" gave ${describe(value)}${warning}; ` +
      'it must give an ISO 8601 date, duration or cycle that leads to no later year than 9999.',
  );
}

function prepareMessage(
  step: Pick<Step, 'now'>,
  host: ElementInstance,
  target: FlowNode,
  event: MessageDefinition,
): Prepared | Failure {
  const scope = scopeOfElement(host);
  const messageName = evaluateName(event.name, scope, step.now, 'message name');
  if (isFailure(messageName)) return messageName;
  const correlationKey = event.correlationKey
    ? evaluateText(event.correlationKey, scope, step.now, 'correlation key')
    : '';
  if (isFailure(correlationKey)) return correlationKey;
  return { target, messageName, correlationKey };
}

function open(step: Step, host: ElementInstance, prepared: Prepared): void {
  const { target } = prepared;
  if ('timer' in prepared) return scheduleAt(step, host, target.id, prepared.timer);
  const opened = { subscriptionKey: newKey(step), targetId: target.id };
  if ('signalName' in prepared) {
    return append(step, host, 'signal subscription opened', { ...opened, signalName: prepared.signalName });
  }
  if ('condition' in prepared) {
    step.conditionsChanged = true;
    const part = triggersOf(target).indexOf(prepared.condition);
    return append(step, host, 'condition subscription opened', { ...opened, ...(part > 0 && { part }) });
  }
  append(step, host, 'message subscription opened', {
    ...opened,
    messageName: prepared.messageName,
    correlationKey: prepared.correlationKey,
    interrupting: target.interrupting,
    ...heldMark(step),
  });
}

function scheduleAt(step: Step, host: ElementInstance, targetId: string, schedule: TimerSchedule): void {
  const { dueAt, repetitions, interval } = schedule;
  const timer = { timerKey: newKey(step), targetId, dueAt, repetitions, interval };
  append(step, host, 'timer scheduled', { ...timer, ...heldMark(step) });
}
