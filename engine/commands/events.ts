/** Commands that trigger what waits: timers and postponed moves that are due, messages that found their subscription. */
import { rescheduleTimer } from '../behaviors/subscriptions.js';
import { hearSignal } from '../behaviors/signals.js';
import { closesWith, trigger } from '../behaviors/triggers.js';
import { continueMoves } from '../kernel/postponed.js';
import { append, type Step } from '../kernel/step-run.js';
import type { CatchSignal, ContinueMoves, CorrelateMessage, TriggerTimer } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';

/** A timer is due. */
export function triggerTimer(step: Step, command: TriggerTimer): Rejection | void {
  const timer = step.tree.subscriptions.get(command.timerKey);
  if (timer?.kind !== 'timer') {
    return { type: 'NOT_FOUND', reason: `No timer with the key ${command.timerKey} is waiting.` };
  }
  const { key, targetId } = timer;
  append(step, timer.element, 'timer triggered', { timerKey: key, targetId });
  if (!closesWith(timer)) rescheduleTimer(step, timer);
  trigger(step, timer, {});
}

/** Postponed moves are due. */
export function continuePostponed(step: Step, { timerKey }: ContinueMoves): Rejection | void {
  const { postponed } = step.tree;
  if (postponed?.key !== timerKey) {
    return { type: 'NOT_FOUND', reason: `No moves are postponed under the key ${timerKey}.` };
  }
  step.movedBefore = postponed.total;
  step.weightBefore = postponed.weight;
  continueMoves(step);
}

/** A message met an open subscription. */
export function correlateMessage(step: Step, command: CorrelateMessage): Rejection | void {
  const subscription = step.tree.subscriptions.get(command.subscriptionKey);
  if (subscription?.kind !== 'message') {
    const reason = `No message subscription with the key ${command.subscriptionKey} is open.`;
    return { type: 'NOT_FOUND', reason };
  }
  const { key, targetId, element } = subscription;
  append(step, element, 'message correlated', {
    subscriptionKey: key,
    targetId,
    messageKey: command.messageKey,
    closes: closesWith(subscription),
  });
  trigger(step, subscription, command.variables);
}

/** A signal reaches an open subscription. */
export function catchSignal(step: Step, command: CatchSignal): Rejection | void {
  const subscription = step.tree.subscriptions.get(command.subscriptionKey);
  if (subscription?.kind !== 'signal') {
    const reason = `No signal subscription with the key ${command.subscriptionKey} is open.`;
    return { type: 'NOT_FOUND', reason };
  }
  hearSignal(step, subscription, command.variables);
}
