/** What happens when a timer fires or a message arrives: its catch event goes on, or a boundary event begins. */
import type { JsonObject } from '../model/json.js';
import { enter, goOn, leave } from '../kernel/lifecycle.js';
import type { Step } from '../kernel/step-run.js';
import type { FlowNode } from '../model/process-model.js';
import type { ElementInstance, SubscriptionState } from '../state/instance-tree.js';
import { terminate } from './termination.js';
import { takeVariables } from './variables.js';

/** The event that a subscription triggers. */
export function targetOf({ element, targetId }: SubscriptionState): FlowNode {
  const target = element.definition.model.elementsById.get(targetId);
  if (!target) throw new Error(`Element ${targetId} of a subscription is not in its model.`);
  return target;
}

/** Triggers the event of a subscription, with the variables that came along. */
export function trigger(step: Step, subscription: SubscriptionState, variables: JsonObject): void {
  const host = subscription.element;
  const target = targetOf(subscription);
  if (target === host.node) return leave(step, host, variables);
  const scope = host.scope as ElementInstance;
  if (target.interrupting) terminate(step, host);
  const boundary = enter(step, scope, target);
  takeVariables(step, boundary, variables);
  goOn(step, boundary);
}
