/** Appliers of subscriptions: timers, messages, signals and conditions that element instances wait for. */
import type { EventOf } from '../records/engine-events.js';
import type { Key } from '../model/keys.js';
import type { InstanceTree, SubscriptionState } from '../state/instance-tree.js';
import { elementOf } from './access.js';

type Triggered = EventOf<'message correlated'> | EventOf<'signal caught'>;
type Closed =
  | EventOf<'message subscription closed'>
  | EventOf<'signal subscription closed'>
  | EventOf<'condition subscription closed'>;

/** A timer waits. */
export function timerScheduled(tree: InstanceTree, event: EventOf<'timer scheduled'>): void {
  const { timerKey, targetId, dueAt, repetitions, interval } = event.data;
  const element = elementOf(tree, event);
  open(tree, { kind: 'timer', key: timerKey, element, targetId, dueAt, repetitions, interval });
}

/** A timer has fired or is no longer needed. */
export function timerOver(
  tree: InstanceTree,
  event: EventOf<'timer triggered'> | EventOf<'timer cancelled'>,
): void {
  close(tree, event.data.timerKey);
}

/** An element instance waits for a message. */
export function messageSubscriptionOpened(
  tree: InstanceTree,
  event: EventOf<'message subscription opened'>,
): void {
  const { subscriptionKey, targetId, messageName, correlationKey } = event.data;
  const element = elementOf(tree, event);
  open(tree, { kind: 'message', key: subscriptionKey, element, targetId, messageName, correlationKey });
}

/** An element instance waits for a signal. */
export function signalSubscriptionOpened(
  tree: InstanceTree,
  event: EventOf<'signal subscription opened'>,
): void {
  const { subscriptionKey, targetId, signalName } = event.data;
  open(tree, { kind: 'signal', key: subscriptionKey, element: elementOf(tree, event), targetId, signalName });
}

/** An element instance waits for a condition. */
export function conditionSubscriptionOpened(
  tree: InstanceTree,
  event: EventOf<'condition subscription opened'>,
): void {
  const { subscriptionKey, targetId, part = 0 } = event.data;
  const element = elementOf(tree, event);
  open(tree, { kind: 'condition', key: subscriptionKey, element, targetId, part, holds: false });
}

/** A condition holds now. */
export function conditionMet(tree: InstanceTree, event: EventOf<'condition met'>): void {
  const { subscriptionKey, closes } = event.data;
  if (closes) close(tree, subscriptionKey);
  else setHolds(tree, subscriptionKey, true);
}

/** A condition holds no longer. */
export function conditionNoLongerMet(tree: InstanceTree, event: EventOf<'condition no longer met'>): void {
  setHolds(tree, event.data.subscriptionKey, false);
}

/** A message or signal came; the subscription may be over with it. */
export function subscriptionTriggered(tree: InstanceTree, event: Triggered): void {
  if (event.data.closes) close(tree, event.data.subscriptionKey);
}

/** A subscription is no longer needed. */
export function subscriptionClosed(tree: InstanceTree, event: Closed): void {
  close(tree, event.data.subscriptionKey);
}

function setHolds(tree: InstanceTree, key: Key, holds: boolean): void {
  const subscription = tree.subscriptions.get(key);
  if (subscription?.kind === 'condition') subscription.holds = holds;
}

function open(tree: InstanceTree, subscription: SubscriptionState): void {
  tree.subscriptions.set(subscription.key, subscription);
  subscription.element.subscriptions.push(subscription.key);
}

function close(tree: InstanceTree, key: Key): void {
  const subscription = tree.subscriptions.get(key);
  if (!subscription) return;
  tree.subscriptions.delete(key);
  const { subscriptions } = subscription.element;
  subscriptions.splice(subscriptions.indexOf(key), 1);
}
