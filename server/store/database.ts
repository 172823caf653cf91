/**
 * The runtime's connection, whichever database is behind it: prepared statements whose reads answer at
 * once. SQL is written once for both databases, with `?` for parameters; what cannot be asks for `dialect`.
 */

/** The databases there are. */
export type Dialect = 'sqlite' | 'postgres';

/** What a column of the hot tables holds. */
export type SqlValue = string | number | null;

/** What can be bound to a parameter. */
export type BindValue = SqlValue | Uint8Array;

/** A prepared statement. Rows are objects by column name; integers are numbers, JSON is text. */
export interface Statement {
  /** The first row; undefined where there is none. */
  get(...values: readonly BindValue[]): unknown;
  all(...values: readonly BindValue[]): unknown[];
  /** Rows one by one, for results that need not fit into memory. */
  iterate(...values: readonly BindValue[]): IterableIterator<unknown>;
  /** Writes. On PostgreSQL it is sent and not waited for: its failure is thrown by the next read, or by the commit. */
  run(...values: readonly BindValue[]): void;
}

/** A connection. Reads block until they are answered. */
export interface Database {
  readonly dialect: Dialect;
  prepare(sql: string): Statement;
  /** Runs statements without parameters. */
  exec(sql: string): void;
  /** Whether a transaction is open: one that was begun here, or, where knex shares the connection, one of knex's. */
  readonly isTransaction: boolean;
  /** Begins a transaction. Throws at once where the database cannot be reached or written. */
  begin(): void;
  /**
   * Makes what was begun durable: when it returns, or, where it answers a promise, when that is fulfilled. Where the
   * answer is lost on its way from the database, `lost` is called, and the promise waits until the database can be
   * asked what became of it; nothing can be begun meanwhile.
   */
  commit(lost?: (why: Error) => void): Promise<void> | undefined;
  /** Asks no longer what became of a commit whose answer was lost. */
  giveUp?(): void;
  /** Undoes what was begun; nothing where the database has undone it already. */
  rollback(): void;
}
