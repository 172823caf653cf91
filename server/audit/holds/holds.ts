/**
 * Legal holds, and the floor under retention: what is under a hold is neither deleted nor erased, and instances in
 * which a model was called stay for six months after their end, as the EU AI Act asks (articles 19 and 26).
 */
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

/** Six months, counted as 184 days: no six months have more. In milliseconds. */
const AI_FLOOR = 184 * 24 * 60 * 60 * 1000;

/** The holds of a runtime; from now on it asks them before it deletes an instance. */
export function openHolds(runtime: Runtime): Holds {
  const rows = createHoldRows(runtime.store.connection);
  runtime.retentionGuards.add(({ rootKey, processId, endedAt }, now) => {
    const hold = rows.on(processId, rootKey);
    if (hold) return describeHold(hold);
    if (now - endedAt < AI_FLOOR && rows.hasModelCalls(rootKey)) {
      return 'AI took part in it: it stays for six months after its end.';
    }
    return null;
  });
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

/** Why an instance under the hold must stay, as a sentence. */
export function describeHold({ key, setAt, reason }: LegalHold): string {
  const since = new Date(setAt).toISOString().slice(0, 10);
  return `The legal hold ${key} stands on it since ${since}: ${reason}`;
}
