/**
 * Conditional events (BPMN 2.0.2 §10.5.5): triggered when their condition becomes true. Asked when the event
 * begins to wait and after variables changed; a condition that stays true triggers once.
 */
import { append, type Step } from '../kernel/step-run.js';
import { triggersOf } from '../model/process-model.js';
import type { SubscriptionState } from '../state/instance-tree.js';
import { evaluate, scopeOfElement } from './evaluate.js';
import { closesWith, targetOf, trigger } from './triggers.js';

type Condition = SubscriptionState & { kind: 'condition' };

/** Asks every waiting condition once; says whether one was met. */
export function askConditions(step: Step): boolean {
  let met = false;
  for (const subscription of [...step.tree.subscriptions.values()]) {
    if (subscription.kind !== 'condition' || !step.tree.subscriptions.has(subscription.key)) continue;
    const holds = isTrue(step, subscription);
    if (holds === subscription.holds) continue;
    const { key: subscriptionKey, element, targetId } = subscription;
    if (!holds) append(step, element, 'condition no longer met', { subscriptionKey });
    else {
      append(step, element, 'condition met', { subscriptionKey, targetId, closes: closesWith(subscription) });
      trigger(step, subscription, {});
      met = true;
    }
  }
  return met;
}

/** A condition that cannot be told yet, for want of a variable, does not hold. */
function isTrue(step: Step, subscription: Condition): boolean {
  const event = triggersOf(targetOf(subscription))[subscription.part];
  if (event?.kind !== 'conditional') return false;
  return evaluate(event.condition, scopeOfElement(subscription.element), step.now).value === true;
}
