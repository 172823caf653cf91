/** Start events of deployed processes: those of a new version take over from those of the version before. */
import type { Actor, Key, StartTrigger } from '@countersign/engine';
import type { DefinitionRows } from '../store/definition-rows.js';
import { serverEvent } from '../store/journal-events.js';
import type { Batch } from './batch.js';

/** Closes what the start events of the version `before` wait with, and opens it for those of `definitionKey`. */
export function takeOver(
  batch: Batch,
  definitionKey: Key,
  triggers: readonly StartTrigger[],
  before: Key | undefined,
  rows: DefinitionRows,
  actor: Actor,
): void {
  if (before !== undefined) closeStarts(batch, before, rows, actor);
  for (const trigger of triggers) openStart(batch, definitionKey, trigger, actor);
}

/** Closes what the start events of a version wait with. */
export function closeStarts(batch: Batch, before: Key, rows: DefinitionRows, actor: Actor): void {
  const { timers, messages, signals } = rows.startWaits(before);
  for (const { key, elementId } of timers) {
    batch.record(serverEvent('timer cancelled', { timerKey: key }, before, elementId), actor);
  }
  for (const { key, elementId } of messages) {
    batch.record(
      serverEvent('message subscription closed', { subscriptionKey: key }, before, elementId),
      actor,
    );
  }
  for (const { key, elementId } of signals) {
    batch.record(
      serverEvent('signal subscription closed', { subscriptionKey: key }, before, elementId),
      actor,
    );
  }
}

function openStart(batch: Batch, definitionKey: Key, trigger: StartTrigger, actor: Actor): void {
  const targetId = trigger.startEventId;
  const key = batch.nextKey();
  if (trigger.kind === 'timer') {
    const { dueAt, repetitions, interval } = trigger;
    const data = { timerKey: key, targetId, dueAt, repetitions, interval };
    batch.record(serverEvent('timer scheduled', data, definitionKey, targetId), actor);
  } else if (trigger.kind === 'message') {
    const data = { subscriptionKey: key, targetId, messageName: trigger.messageName };
    batch.record(serverEvent('message subscription opened', data, definitionKey, targetId), actor);
  } else {
    const data = { subscriptionKey: key, targetId, signalName: trigger.signalName };
    batch.record(serverEvent('signal subscription opened', data, definitionKey, targetId), actor);
  }
}
