/** What the failures of both databases mean. */

/** SQLite's primary result codes after which the same command can succeed later: 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full, 14 cannot open. */
const RETRYABLE: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);

/**
 * SQLSTATE of PostgreSQL after which the same command can succeed later: classes 08 (connection), 53 (resources)
 * and 57 (operator), a read-only server, a lock or a transaction that lasted too long, and 58 (I/O).
 */
const RETRYABLE_STATE = /^(?:08|53|57|58)|^(?:25006|25P03|25P04|55P03)$/;

/** SQLSTATE of PostgreSQL when another transaction came first: unique violation, serialization, deadlock. */
const CONFLICT_STATE: ReadonlySet<string> = new Set(['23505', '40001', '40P01']);

/** What the failure of a database means for the transaction that it hit. */
export type DatabaseFailure =
  /** The database cannot do it now. */
  | 'retryable'
  /** Another transaction came first: the same work, on what is there now, can be done at once. */
  | 'conflict'
  | 'permanent';

/** Whether an error came from the database, and whether trying again can help; null for any other error. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  if (!(error instanceof Error)) return null;
  const { errcode, sqlState } = error as { errcode?: unknown; sqlState?: unknown };
  if (typeof sqlState === 'string') {
    if (CONFLICT_STATE.has(sqlState)) return 'conflict';
    return RETRYABLE_STATE.test(sqlState) ? 'retryable' : 'permanent';
  }
  if (typeof errcode !== 'number') return null;
  return RETRYABLE.has(errcode & 0xff) ? 'retryable' : 'permanent';
}
