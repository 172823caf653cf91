/**
 * What the main thread and the thread that owns the connection to PostgreSQL tell each other. An exchange is
 * a list of statements, sent without waiting in between; where it has an id it is answered with the rows of
 * the last statement or the first failure since the transaction began.
 */
import type { MessagePort } from 'node:worker_threads';
import type { BindValue } from '../database.js';

/** A statement and its parameters. */
export interface Sent {
  readonly sql: string;
  readonly values: readonly BindValue[];
}

/** What the main thread sends. */
export type ToWorker =
  | {
      readonly kind: 'exchange';
      /** Null where nobody waits for an answer. */
      readonly id: number | null;
      readonly statements: readonly Sent[];
      /** Whether the first statement begins a transaction. */
      readonly begins: boolean;
      /** Whether the statements belong to a transaction: they must not run on another connection than its first one. */
      readonly belongs: boolean;
    }
  /** Gives the connection up, whatever it does, and makes a new one. */
  | { readonly kind: 'abandon' }
  | { readonly kind: 'close' };

/** A failure, without what cannot cross threads. `sqlState` is PostgreSQL's code, or one of class 08 for a lost connection. */
export interface SentFailure {
  readonly message: string;
  readonly sqlState: string;
  /** Whether what was sent may have been done all the same: the connection was lost before the answer. */
  readonly isOpen: boolean;
  /** Where there is no connection: the code of the failure that keeps it from being made. */
  readonly connectState?: string;
}

/** Rows as lists of values, and the names of their columns. */
export interface SentRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly BindValue[])[];
  /** What PostgreSQL says it did, such as COMMIT. */
  readonly command: string;
}

/** What the owner of the connection answers. */
export type ToMain =
  { readonly id: number; readonly rows: SentRows } | { readonly id: number; readonly failure: SentFailure };

/** How the thread is started. */
export interface WorkerStart {
  readonly url: string;
  /** The number that this server's connection, and each one that follows it, is known by in the database. */
  readonly session: number;
  readonly port: MessagePort;
  /**
   * Three 32-bit integers: how many answers were sent, whether the connection stands (1) or not (0, `READS_ONLY`), and
   * whether PostgreSQL is silent (1).
   */
  readonly shared: SharedArrayBuffer;
}

/** The place in the shared memory that counts answers. */
export const ANSWERS = 0;

/** The place that says whether the connection stands. */
export const IS_UP = 1;

/** The place that says whether PostgreSQL is silent on a connection that stands. */
export const IS_QUIET = 2;

/** What stands there where PostgreSQL answers, and takes no writes. */
export const READS_ONLY = 2;

/** The code of failures where there is no connection. */
export const NO_CONNECTION = '08006';
