/**
 * Task listeners (`zeebe:taskListener`): workers asked about a change in the life of a user task before it happens.
 *
 *   change begun ──▶ ask listener 1 ──▶ (corrects) ──▶ ask listener 2 … ──▶ the change happens
 *                          └──▶ (denies) ──▶ the task is as it was
 *
 * A listener that fails for good, or that cannot be asked, is an incident; resolving it asks that listener again.
 */
import { append, type Step } from '../kernel/step-run.js';
import type { ListenerDefinition, TaskTransition } from '../model/process-model.js';
import type { EventData } from '../records/engine-events.js';
import type { ElementInstance, UserTaskState } from '../state/instance-tree.js';
import { raiseIncident } from './incidents.js';
import { askTaskListener } from './jobs.js';

/** The listeners asked at a change of the user task of an element, in order. */
export function taskListenersOf(
  { node }: ElementInstance,
  transition: TaskTransition,
): readonly ListenerDefinition[] {
  return node.userTask?.listeners?.[transition] ?? [];
}

/** Begins a change that listeners are asked about. */
export function beginChange(
  step: Step,
  { element }: Pick<UserTaskState, 'element'>,
  change: EventData['user task change begun'],
): void {
  append(step, element, 'user task change begun', change);
}

/** Asks the next listener about the change under way; 'done' where all have answered. */
export function askNext(step: Step, { element, change }: UserTaskState): 'waits' | 'done' {
  if (!change) throw new Error(`The user task of ${element.key} changes nothing.`);
  const listener = taskListenersOf(element, change.transition)[change.listenersDone];
  if (!listener) return 'done';
  const failure = askTaskListener(step, element, listener, change.transition);
  if (failure) raiseIncident(step, element, failure, 'listen');
  return 'waits';
}
