/** Legal holds: what is under one is neither deleted nor erased. The runtime asks them before it deletes anything. */
import type { Actor, Key, Rejection } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { serverEvent } from '../../store/journal-events.js';
import { createHoldRows, findHolds } from '../../store/queries/legal-holds.js';
import type { LegalHold } from '../../store/queries/legal-holds.js';

/** What a new hold is on: a process or one instance's tree; exactly one of both. */
export interface HoldRequest {
  readonly processId?: string;
  readonly rootKey?: Key;
  readonly reason: string;
}

/** Sets, lifts and lists holds. */
export interface Holds {
  set(request: HoldRequest, actor: Actor): Promise<LegalHold>;
  lift(key: Key, actor: Actor): Promise<{ ok: true } | { ok: false; rejection: Rejection }>;
  list(): Promise<LegalHold[]>;
}

/** The holds of a runtime. */
export function openHolds(runtime: Runtime): Holds {
  const rows = createHoldRows(runtime.store.connection);
  return {
    set: ({ processId = null, rootKey = null, reason }, actor) =>
      runtime.commit((batch) => {
        const key = batch.nextKey();
        const at = { setBy: actor, setAt: batch.now, liftedBy: null, liftedAt: null };
        const hold = { key, processId, rootKey, reason, ...at };
        rows.insert(hold);
        batch.record(serverEvent('legal hold set', { holdKey: key, processId, rootKey, reason }), actor);
        return hold;
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
