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

export function timerScheduled(tree: InstanceTree, event: EventOf<'timer scheduled'>): void {
  const { timerKey, targetId, dueAt, repetitions, interval } = event.data;
  const element = elementOf(tree, event);
  open(tree, { kind: 'timer', key: timerKey, element, targetId, dueAt, repetitions, interval });
}

export function timerOver(tree: InstanceTree, event: EventOf<'timer triggered'> | EventOf<'timer cancelled'>): void {
  close(tree, event.data.timerKey);
}

export function messageSubscriptionOpened(
  tree: InstanceTree,
  event: EventOf<'message subscription opened'>,
): void {
  const { subscriptionKey, targetId, messageName, correlationKey } = event.data;
  const element = elementOf(tree, event);
  open(tree, { kind: 'message', key: subscriptionKey, element, targetId, messageName, correlationKey });
}

export function signalSubscriptionOpened(tree: InstanceTree, event: EventOf<'signal subscription opened'>): void {
  const { subscriptionKey, targetId, signalName } = event.data;
  open(tree, { kind: 'signal', key: subscriptionKey, element: elementOf(tree, event), targetId, signalName });
}

export function conditionSubscriptionOpened(
  tree: InstanceTree,
  event: EventOf<'condition subscription opened'>,
): void {
  const { subscriptionKey, targetId } = event.data;
  const element = elementOf(tree, event);
  open(tree, { kind: 'condition', key: subscriptionKey, element, targetId, holds: false });
}

export function conditionMet(tree: InstanceTree, event: EventOf<'condition met'>): void {
  const { subscriptionKey, closes } = event.data;
  if (closes) close(tree, subscriptionKey);
  else setHolds(tree, subscriptionKey, true);
}

export function conditionNoLongerMet(tree: InstanceTree, event: EventOf<'condition no longer met'>): void {
  setHolds(tree, event.data.subscriptionKey, false);
}

export function subscriptionTriggered(tree: InstanceTree, event: Triggered): void {
  if (event.data.closes) close(tree, event.data.subscriptionKey);
}

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
