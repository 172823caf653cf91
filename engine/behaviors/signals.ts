/**
 * Signals (BPMN 2.0.2 §10.5.1): published to everybody who waits for one of that name when it is thrown, whoever threw
 * it. Whoever waits in the tree of the thrower hears it in the same move, while the throwing event still stands; the
 * runtime tells the others.
 */
import { append, type Step } from '../kernel/step-run.js';
import type { JsonObject } from '../model/json.js';
import { isBeingStopped, type ElementInstance, type SubscriptionState } from '../state/instance-tree.js';
import { closesWith, trigger } from './triggers.js';

type SignalSubscription = SubscriptionState & { kind: 'signal' };

/** Throws a signal at an element, which may be terminated by whoever hears it. */
export function throwSignal(
  step: Step,
  thrower: ElementInstance,
  signalName: string,
  variables: JsonObject,
): void {
  append(step, thrower, 'signal thrown', { signalName, variables });
  const waiting = [...step.tree.subscriptions.values()].filter(
    (subscription): subscription is SignalSubscription =>
      subscription.kind === 'signal' && subscription.signalName === signalName,
  );
  for (const subscription of waiting) {
    // Whoever heard it before may have ended this one.
    const isOpen = step.tree.subscriptions.get(subscription.key) === subscription;
    if (isOpen && !isBeingStopped(subscription.element)) hearSignal(step, subscription, variables);
  }
}

/** A signal reaches an open subscription. */
export function hearSignal(step: Step, subscription: SignalSubscription, variables: JsonObject): void {
  const { key: subscriptionKey, targetId, element } = subscription;
  append(step, element, 'signal caught', { subscriptionKey, targetId, closes: closesWith(subscription) });
  trigger(step, subscription, variables);
}
