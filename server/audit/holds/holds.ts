/** Legal holds: what is under one is neither deleted nor erased. The runtime asks them before it deletes anything. */
import type { Actor, Key, Rejection } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { serverEvent } from '../../store/journal-events.js';
import { createHoldRows, findHolds } from '../../store/queries/legal-holds.js';
import type { LegalHold } from '../../store/queries/legal-holds.js';

/** What a new hold is on: a process, or an instance with the whole tree it is in; exactly one of both. */
export interface HoldRequest {
  readonly processId?: string;
  readonly processInstanceKey?: Key;
  readonly reason: string;
}

/** Sets, lifts and lists holds. */
export interface Holds {
  /** Refused where there is no such instance. */
  set(
    request: HoldRequest,
    actor: Actor,
  ): Promise<{ ok: true; hold: LegalHold } | { ok: false; rejection: Rejection }>;
  lift(key: Key, actor: Actor): Promise<{ ok: true } | { ok: false; rejection: Rejection }>;
  list(): Promise<LegalHold[]>;
}

/** The holds of a runtime. */
export function openHolds(runtime: Runtime): Holds {
  const rows = createHoldRows(runtime.store.connection);
  return {
    set: ({ processId = null, processInstanceKey, reason }, actor) =>
      runtime.commit((batch) => {
        const instance = processInstanceKey && batch.tables.processInstances.get(processInstanceKey);
        if (processInstanceKey !== undefined && !instance)
          return refused('NOT_FOUND', `No process instance has the key ${processInstanceKey}.`);
        const rootKey = instance ? instance.root_key : null;
        const key = batch.nextKey();
        const at = { setBy: actor, setAt: batch.now, liftedBy: null, liftedAt: null };
        const hold = { key, processId, rootKey, reason, ...at };
        rows.insert(hold);
        batch.record(serverEvent('legal hold set', { holdKey: key, processId, rootKey, reason }), actor);
        return { ok: true, hold };
      }),
    lift: (key, actor) =>
      runtime.commit((batch) => {
        const hold = rows.get(key);
        if (!hold) return refused('NOT_FOUND', `No legal hold has the key ${key}.`);
        if (hold.liftedAt !== null)
          return refused('INVALID_STATE', `The legal hold ${key} is lifted already.`);
        rows.lift(key, actor, batch.now);
        batch.record(serverEvent('legal hold lifted', { holdKey: key }), actor);
        return { ok: true };
      }),
    list: () => findHolds(runtime.store.knex),
  };
}

function refused(type: Rejection['type'], reason: string): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: { type, reason } };
}
