/** Deleting an ended root instance with everything it called: rows and contents go, the journal keeps that it was. */
import type { Actor, Key, Rejection } from '@countersign/engine';
import { serverEvent } from '../../store/journal-events.js';
import type { Batch } from '../batch.js';
import type { RetentionGuards } from '../retention.js';

/** Deletes in a batch; answers why not, or null. */
export type DeleteInstance = (batch: Batch, processInstanceKey: Key, actor: Actor) => Rejection | null;

/** How instances are deleted; the guards are asked each time. */
export function createDeletion(guards: RetentionGuards): DeleteInstance {
  return (batch, key, actor) => {
    const row = batch.tables.processInstances.get(key);
    if (!row)
      return refuse('NOT_FOUND', `No process instance has the key ${key}: it is deleted, or never was.`);
    if (row.parent_process_instance_key !== null) {
      const caller = row.parent_process_instance_key;
      const reason = `Process instance ${key} was called by ${caller}. It is deleted with the root instance ${row.root_key}.`;
      return refuse('INVALID_STATE', reason);
    }
    if (row.ended_at === null) {
      return refuse('INVALID_STATE', `Process instance ${key} is active. Cancel it first, then delete it.`);
    }
    const processId = batch.processIdOf(row.process_definition_key);
    const kept = guards.whyKept({ rootKey: key, processId, endedAt: row.ended_at }, batch.now);
    if (kept !== null) return refuse('FORBIDDEN', kept);
    const data = { processInstanceKey: key, processId, endedAt: row.ended_at };
    batch.record(serverEvent('instance deleted', data, row.process_definition_key), actor);
    return null;
  };
}

function refuse(type: Rejection['type'], reason: string): Rejection {
  return { type, reason };
}
