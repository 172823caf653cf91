/** Commands that trigger waiting events: timers that are due, messages that found their subscription. */
import { rescheduleTimer } from '../behaviors/subscriptions.js';
import { targetOf, trigger } from '../behaviors/triggers.js';
import { append, type Step } from '../kernel/step-run.js';
import type { CorrelateMessage, TriggerTimer } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';

/** A timer is due. */
export function triggerTimer(step: Step, command: TriggerTimer): Rejection | void {
  const timer = step.tree.subscriptions.get(command.timerKey);
  if (timer?.kind !== 'timer') {
    return { type: 'NOT_FOUND', reason: `No timer with the key ${command.timerKey} is waiting.` };
  }
  const { key, targetId } = timer;
  append(step, timer.element, 'timer triggered', { timerKey: key, targetId });
  if (!targetOf(timer).interrupting) rescheduleTimer(step, timer);
  trigger(step, timer, {});
}

/** A message met an open subscription. */
export function correlateMessage(step: Step, command: CorrelateMessage): Rejection | void {
  const subscription = step.tree.subscriptions.get(command.subscriptionKey);
  if (subscription?.kind !== 'message') {
    const reason = `No message subscription with the key ${command.subscriptionKey} is open.`;
    return { type: 'NOT_FOUND', reason };
  }
  const { key, targetId, element } = subscription;
  const target = targetOf(subscription);
  append(step, element, 'message correlated', {
    subscriptionKey: key,
    targetId,
    messageKey: command.messageKey,
    closes: target === element.node || target.interrupting,
  });
  trigger(step, subscription, command.variables);
}
