/** What the start events of a process wait for (BPMN 2.0.2 §10.5.2), known when it is deployed. */
import { scopeOf } from '../feel/index.js';
import { triggersOf, type EventDefinition, type ProcessModel } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { evaluate, evaluateName, isFailure } from './evaluate.js';
import { scheduleTimer, type TimerSchedule } from '../model/timers/timer-schedule.js';

/** A trigger that starts a new instance at `startEventId`. */
export type StartTrigger =
  | { readonly kind: 'message'; readonly startEventId: string; readonly messageName: string }
  | { readonly kind: 'signal'; readonly startEventId: string; readonly signalName: string }
  | ({ readonly kind: 'timer'; readonly startEventId: string } & TimerSchedule);

/**
 * Evaluates the triggers of all start events as they stand at `now` (ms). There are no variables yet, so an
 * expression that needs one is a problem.
 */
export function evaluateStartEvents(model: ProcessModel, now: number, problems: ProblemList): StartTrigger[] {
  const triggers: StartTrigger[] = [];
  const nothing = scopeOf({});
  for (const { id, event } of startingEvents(model)) {
    if (event.kind === 'message' || event.kind === 'signal') {
      const name = evaluateName(event.name, nothing, now, `${event.kind} name`);
      if (isFailure(name)) {
        problems.error('VALUE_MISSING', id, name.message, 'Use a name that needs no variables.');
      } else if (event.kind === 'message') {
        triggers.push({ kind: 'message', startEventId: id, messageName: name });
      } else {
        triggers.push({ kind: 'signal', startEventId: id, signalName: name });
      }
    }
    if (event.kind === 'timer') {
      const outcome = evaluate(event.value, nothing, now);
      const value = isFailure(outcome) ? null : outcome.value;
      const schedule = typeof value === 'string' ? scheduleTimer(event.timer, value, now) : null;
      if (schedule) triggers.push({ kind: 'timer', startEventId: id, ...schedule });
      else {
        const message = `The timer "${event.value.source}" of the start event gives no valid ${event.timer}.`;
        problems.error('TIMER_INVALID', id, message, 'Use a value that needs no variables.');
      }
    }
  }
  return triggers;
}

/** Start events of the process, and what instantiating gateways and receive tasks wait for. */
function startingEvents(model: ProcessModel): { id: string; event: EventDefinition }[] {
  const nodes = (model.elements[0]?.children ?? []).flatMap((node) => {
    if (node.type === 'startEvent') return [node];
    if (!node.instantiates) return [];
    return node.type === 'receiveTask' ? [node] : node.outgoing.map(({ target }) => target);
  });
  return nodes.flatMap((node) => triggersOf(node).map((event) => ({ id: node.id, event })));
}
