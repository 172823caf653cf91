/**
 * Conditional events (BPMN 2.0.2 §10.5.5): triggered when their condition becomes true. Asked when the event
 * begins to wait, before anything else moves, and after variables changed; a condition that stays true triggers once.
 */
import { append, isAlive, type Step } from '../kernel/step-run.js';
import { triggersOf } from '../model/process-model.js';
import { isBeingStopped, type ElementInstance, type SubscriptionState } from '../state/instance-tree.js';
import { isMet, scopeOfElement } from './evaluate.js';
import { stillWaits } from './subscriptions.js';
import { closesWith, targetOf, trigger } from './triggers.js';

/** Stands among the changed variables for any of them, where nobody noted which. */
export const ANY_CHANGE = '*';

type Condition = SubscriptionState & { kind: 'condition' };

/** Asks every waiting condition once; says whether one was met. */
export function askConditions(step: Step): boolean {
  let met = false;
  const changed = [...step.changedVariables];
  step.changedVariables.clear();
  for (const subscription of [...step.tree.subscriptions.values()]) {
    if (subscription.kind !== 'condition' || !step.tree.subscriptions.has(subscription.key)) continue;
    if (isBeingStopped(subscription.element) || !concerns(subscription, changed)) continue;
    const holds = isTrue(step, subscription);
    if (holds === subscription.holds) continue;
    const { key: subscriptionKey, element } = subscription;
    if (!holds) append(step, element, 'condition no longer met', { subscriptionKey });
    else {
      meet(step, subscription);
      met = true;
    }
  }
  return met;
}

/**
 * Asks the conditions of an element instance that has just begun to wait for them, whatever their filters say of later
 * changes. Whether one of them interrupted it: then it does not begin its own work.
 */
export function askOnEntry(step: Step, host: ElementInstance): boolean {
  for (const key of [...host.subscriptions]) {
    const subscription = step.tree.subscriptions.get(key);
    if (subscription?.kind !== 'condition' || subscription.holds || !isTrue(step, subscription)) continue;
    const target = targetOf(subscription);
    meet(step, subscription);
    const hasInterruptedInside = target.interrupting && target.scope?.type === 'eventSubProcess';
    if (!isAlive(step, host) || (hasInterruptedInside && !stillWaits(step, host, target))) return true;
  }
  return false;
}

function meet(step: Step, subscription: Condition): void {
  const { key: subscriptionKey, element, targetId } = subscription;
  append(step, element, 'condition met', { subscriptionKey, targetId, closes: closesWith(subscription) });
  trigger(step, subscription, {});
}

/** Whether a condition is to be asked after these changes: a filter limits it to some of them. */
function concerns(subscription: Condition, changed: readonly string[]): boolean {
  const event = triggersOf(targetOf(subscription))[subscription.part];
  const filter = event?.kind === 'conditional' ? event.filter : undefined;
  if (!filter || changed.includes(ANY_CHANGE)) return true;
  return changed.some((change) => {
    const [what, name] = change.split(/ (.*)/s) as [string, string];
    const named = filter.variableNames.length === 0 || filter.variableNames.includes(name);
    return named && (filter.variableEvents.length === 0 || filter.variableEvents.includes(what));
  });
}

/** A condition that cannot be told yet, for want of a variable, does not hold. */
function isTrue(step: Step, subscription: Condition): boolean {
  const event = triggersOf(targetOf(subscription))[subscription.part];
  if (event?.kind !== 'conditional') return false;
  return isMet(event.condition, scopeOfElement(subscription.element), step.now);
}
