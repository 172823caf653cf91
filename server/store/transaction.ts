/** Transactions on the connection, and what their failures mean. */
import type { Database } from './database.js';

/** Begins, commits and undoes. */
export interface Transactions {
  begin(): void;
  commit(): void;
  /** Undoes what was begun; nothing where SQLite has undone it already. */
  rollback(): void;
  /** Whether a transaction is open: one of knex's, between batches. */
  isOpen(): boolean;
}

/** The transactions of `connection`. */
export function createTransactions(connection: Database): Transactions {
  const begin = connection.prepare('begin immediate');
  const commit = connection.prepare('commit');
  return {
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback: () => {
      if (connection.isTransaction) connection.exec('rollback');
    },
    isOpen: () => connection.isTransaction,
  };
}

/** SQLite's primary result codes after which the same command can succeed later: 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full, 14 cannot open. */
const RETRYABLE: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);

/** Whether an error came from the database, and whether trying again can help; null for any other error. */
export function databaseFailure(error: unknown): 'retryable' | 'permanent' | null {
  const code = error instanceof Error ? (error as { errcode?: unknown }).errcode : undefined;
  if (typeof code !== 'number') return null;
  return RETRYABLE.has(code & 0xff) ? 'retryable' : 'permanent';
}
