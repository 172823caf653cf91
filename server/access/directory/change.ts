/** A change of who is who or who may what: in one transaction with the row that tells of it. */
import type { Rejection } from '@countersign/engine';
import type { Batch } from '../../runtime/batch.js';
import type { Runtime } from '../../runtime/runtime.js';
import { createAccessRows } from '../../store/access-rows.js';
import type { AccessRows } from '../../store/access-rows.js';
import type { ServerEvent } from '../../store/journal-events.js';
import type { Caller } from '../account.js';

/** What a change may read and write. It refuses before it writes anything. */
export interface Change {
  readonly rows: AccessRows;
  readonly batch: Batch;
  readonly caller: Pick<Caller, 'actor' | 'admin' | 'rights'>;
  /** Tells of it in the audit trail. */
  record(event: ServerEvent): void;
}

/** What came of a change: null where it was made. */
export type Refusal = Rejection | null;

/** Makes changes for a caller, one after the other, also of several nodes. */
export type MakeChange = (caller: Change['caller'], work: (change: Change) => Refusal) => Promise<Refusal>;

/** Changes in the runtime's database. */
export function createMakeChange({ commit, store }: Pick<Runtime, 'commit' | 'store'>): MakeChange {
  const rows = createAccessRows(store.connection);
  return (caller, work) =>
    commit((batch) => {
      rows.lock();
      return work({
        rows,
        batch,
        caller,
        record(event) {
          batch.changes.hasAccess = true;
          batch.record(event, caller.actor);
        },
      });
    });
}

/** Why something cannot be done that is forbidden to everybody, or to this caller. */
export function forbidden(reason: string): Rejection {
  return { type: 'FORBIDDEN', reason };
}
