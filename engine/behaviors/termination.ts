/** Stopping element instances before they complete, with everything inside them. */
import { append, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { noteMove } from '../kernel/lifecycle.js';
import { closeSubscriptions } from './subscriptions.js';

/** Terminates an element instance: innermost first, so that no journal ever shows a child outliving its scope. */
export function terminate(step: Step, element: ElementInstance): void {
  const outermostFirst: ElementInstance[] = [element];
  for (let next = 0; next < outermostFirst.length; next += 1) {
    for (const child of outermostFirst[next].children) outermostFirst.push(child);
  }
  for (const instance of outermostFirst.reverse()) terminateOne(step, instance);
}

/** Terminates everything inside a scope, but not the scope. */
export function terminateChildren(step: Step, scope: ElementInstance): void {
  for (const child of [...scope.children]) terminate(step, child);
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

function terminateOne(step: Step, element: ElementInstance): void {
  discardTokens(step, element);
  closeSubscriptions(step, element);
  if (element.incident) {
    append(step, element, 'incident resolved', { incidentKey: element.incident, jobKey: null });
  }
  if (element.job) append(step, element, 'job cancelled', { jobKey: element.job });
  if (element.userTask) append(step, element, 'user task cancelled', { userTaskKey: element.userTask });
  append(step, element, 'element terminated', {});
  noteMove(step, element.scope);
}
