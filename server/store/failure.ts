/** What the failures of both databases mean. */

/** What the failure of a database means for the transaction that it hit. */
export type DatabaseFailure =
  /** The database cannot do it now: nothing happened, and the same command can succeed later. */
  | 'retryable'
  /** Another transaction came first, or this one was undone: the same work, on what is there now, can be done at once. */
  | 'conflict'
  /** Nobody can say whether it happened. */
  | 'unknown'
  /** Trying again does not help. */
  | 'permanent';

/** SQLite's primary result codes that are not permanent. */
const CODES: ReadonlyMap<number, DatabaseFailure> = new Map([
  [5, 'retryable'], // busy
  [6, 'retryable'], // locked
  [8, 'retryable'], // read-only
  [10, 'retryable'], // I/O
  [13, 'retryable'], // disk full
  [14, 'retryable'], // cannot open
]);

/** PostgreSQL's codes that are not permanent: a whole SQLSTATE, or its class (the first two characters). */
const STATES: ReadonlyMap<string, DatabaseFailure> = new Map([
  ['08007', 'unknown'], // a commit whose answer was lost, and that cannot be asked for
  ['08', 'retryable'], // no connection
  ['23505', 'conflict'], // unique violation: another node has written the next event of the instance
  ['25006', 'retryable'], // read-only: a standby, perhaps for a moment
  ['25P03', 'retryable'], // a transaction that stood still was ended: this node hung
  ['25P04', 'retryable'], // transaction_timeout
  ['40000', 'conflict'], // undone
  ['40001', 'conflict'], // serialization
  ['40P01', 'conflict'], // deadlock
  ['53', 'retryable'], // disk full (53100), out of memory (53200), too many connections (53300)
  ['55P03', 'retryable'], // lock_timeout
  ['57', 'retryable'], // statement_timeout (57014), shutdown (57P01), crash (57P02), starting (57P03)
  ['58', 'retryable'], // I/O
]);

/** Something that can be asked again later: PostgreSQL has not answered in time, and may yet. */
export interface Awaited {
  /** Fulfilled when it has answered, rejected where it was given up. */
  readonly answered: Promise<unknown>;
}

/** Whether a failure is that of a database which may answer yet: the same work can be done when it has. */
export function isAwaited(error: unknown): error is Awaited {
  return error instanceof Error && (error as Partial<Awaited>).answered instanceof Promise;
}

/** Whether an error came from the database, and whether trying again can help; null for any other error. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  if (!(error instanceof Error)) return null;
  const { errcode, sqlState } = error as { errcode?: unknown; sqlState?: unknown };
  if (typeof sqlState === 'string')
    return STATES.get(sqlState) ?? STATES.get(sqlState.slice(0, 2)) ?? 'permanent';
  if (typeof errcode !== 'number') return null;
  return CODES.get(errcode & 0xff) ?? 'permanent';
}

/** What Node calls a connection that cannot be made, or was lost. */
const NETWORK: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * What the driver and its pool say where there is no code: none of them is met by a query that reached the database. knex
 * puts the statement and " - " before it, with the values in it: so only the end of a message is what was said.
 */
const WORDS = new RegExp(
  `(?:^| - )(?:${[
    'Connection terminated(?: unexpectedly| due to connection timeout)?',
    'timeout expired',
    'Query read timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Knex: Timeout acquiring a connection\\. The pool is probably full\\. Are you missing a \\.transacting\\(trx\\) call\\?',
    'Unable to acquire a connection',
  ].join('|')})$`,
);

/**
 * Whether a query failed because the database was not to be had: refused, lost, shut down, starting, silent. Only what
 * comes from the driver of PostgreSQL is known by its words and by Node's codes; of other failures the code decides.
 */
export function isDatabaseAway(error: unknown): boolean {
  return saysDatabaseIsAway(error) || isConnectionFailure(error);
}

/** As `isDatabaseAway`, where the failure itself says that it is the database's. */
export function saysDatabaseIsAway(error: unknown): boolean {
  const failure = databaseFailure(error);
  if (failure !== null) return failure === 'retryable';
  if (!(error instanceof Error)) return false;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (typeof severity === 'string' && typeof code === 'string')
    return (STATES.get(code) ?? STATES.get(code.slice(0, 2))) === 'retryable';
  return WORDS.test(error.message);
}

/** Whether a connection could not be made or was lost, to whatever it was. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error) || databaseFailure(error) !== null) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof syscall === 'string' && NETWORK.has(code)) return true;
  return error instanceof AggregateError && error.errors.some(isDatabaseAway);
}
