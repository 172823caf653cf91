/**
 * Stopping element instances before they complete, with everything inside them. A user task whose cancelling
 * listeners are asked first is *terminating* until they have answered, and so is every scope that is stopped with it.
 * What is too much for one step is *doomed*: nothing in it goes on, and further steps terminate it piece by piece.
 */
import { append, type Step } from '../kernel/step-run.js';
import type { Key } from '../model/keys.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { dropPostponed } from '../kernel/postponed.js';
import { closeIncident } from './incidents.js';
import { closeSubscriptions } from './subscriptions.js';
import { askNext, beginChange, taskListenersOf } from './task-listeners.js';

/**
 * Terminates an element instance: innermost first, so that no journal ever shows a child outliving its scope. Whether
 * it is gone: if not, `goOnAfterTermination` goes on when the last listener has answered.
 */
export function terminate(step: Step, element: ElementInstance): boolean {
  const outermostFirst = withAllInside(step, [element]);
  if (!outermostFirst) return beginTermination(step, element, { inside: false });
  for (const instance of outermostFirst.reverse()) terminateOne(step, instance);
  return !step.tree.elements.has(element.key);
}

/** Terminates everything inside a scope but `spared`, and not the scope. */
export function terminateChildren(
  step: Step,
  scope: ElementInstance,
  spared: ReadonlySet<ElementInstance> = NONE,
): void {
  const children = [...scope.children].filter((child) => !spared.has(child));
  if (withAllInside(step, children)) for (const child of children) terminate(step, child);
  else {
    const except = [...spared].filter((child) => child.scope === scope).map(({ key }) => key);
    beginTermination(step, scope, { inside: true, ...(except.length > 0 && { except }) });
  }
}

const NONE: ReadonlySet<ElementInstance> = new Set();

/** These element instances and all inside them, outermost first; undefined where that is too much for the step. */
function withAllInside(step: Step, elements: readonly ElementInstance[]): ElementInstance[] | undefined {
  const room = Math.max(1, step.eventLimit - step.events.length);
  const found = [...elements];
  for (let next = 0; next < found.length && found.length <= room; next += 1) {
    for (const child of found[next].children) found.push(child);
  }
  return found.length <= room ? found : undefined;
}

/** Stops an element, or everything inside it, at once, and terminates it piece by piece. */
function beginTermination(
  step: Step,
  element: ElementInstance,
  what: { readonly inside: boolean; readonly except?: readonly Key[] },
): false {
  append(step, element, 'termination begun', what);
  step.agenda.push({ op: 'terminate', element });
  return false;
}

/** Removes the tokens that wait on flows of a scope, e.g. at a parallel gateway that can no longer join. */
export function discardTokens(step: Step, scope: ElementInstance): void {
  for (const [index, count] of [...(scope.tokens ?? [])]) {
    const flow = scope.definition.model.flows[index];
    for (let token = 0; token < count; token += 1) {
      append(step, scope, 'token discarded', { scopeKey: scope.key }, flow?.id ?? null);
    }
  }
}

/** Terminates one element instance, whose inside is gone or waits for listeners. */
export function terminateOne(step: Step, element: ElementInstance): void {
  if (element.isTerminating) {
    // What interrupted it before is lost with the scope in which it would go on.
    if (element.interruption) append(step, element, 'element terminating', {});
    return;
  }
  discardTokens(step, element);
  dropPostponed(step, element);
  closeSubscriptions(step, element);
  closeIncident(step, element);
  if (element.job) append(step, element, 'job cancelled', { jobKey: element.job });
  if (cancelUserTask(step, element) === 'waits') return;
  if (element.children.size > 0) return append(step, element, 'element terminating', {});
  append(step, element, 'element terminated', {});
}

/** Cancels the user task of an element, after the listeners that it asks about that. */
function cancelUserTask(step: Step, element: ElementInstance): 'waits' | 'done' {
  const task = element.userTask === null ? undefined : step.tree.userTasks.get(element.userTask);
  if (!task) return 'done';
  const { key: userTaskKey } = task;
  if (taskListenersOf(element, 'CANCELING').length > 0) {
    append(step, element, 'element terminating', {});
    beginChange(step, task, { userTaskKey, transition: 'CANCELING', action: 'cancel', changes: {} });
    if (askNext(step, task) === 'waits') return 'waits';
  }
  append(step, element, 'user task cancelled', { userTaskKey });
  return 'done';
}
