/**
 * The runtime's connection to PostgreSQL, with the face of an embedded database. Writes are gathered and sent
 * with the next read or the commit, or earlier when they are large, so that PostgreSQL works meanwhile.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { BindValue, Database, Statement } from '../database.js';
import { databaseFailure } from '../failure.js';
import { PostgresFailure, StillWaiting, createBridge } from './bridge.js';
import type { Bridge, Place } from './bridge.js';
import { createCommitMarks } from './commit-marks.js';
import type { CommitMarks } from './commit-marks.js';
import { NO_CONNECTION } from './protocol.js';
import type { Sent, SentRows } from './protocol.js';
import { toPostgres } from './sql.js';

/** A connection to PostgreSQL, with what only PostgreSQL has. */
export interface PostgresDatabase extends Database {
  /** Whether PostgreSQL answers, be it that it takes no writes. */
  isReachable(): boolean;
  close(): Promise<void>;
}

/** Characters of gathered writes that are sent without waiting for more. */
const SEND_AT = 32_000;

/** Rows that `iterate` has in memory at a time. */
const PAGE = 5_000;

/** Numbers of servers are below this: as large as the random generator gives them. */
const SESSIONS = 2 ** 47;

/**
 * Milliseconds that the thread stands still for an answer at first. Work that gave way has twice as long when it runs
 * again, up to the longest: a tree that takes its time to be read is read in the end.
 */
const PATIENCE = 1_000;
const LONGEST_PATIENCE = 10_000;

/** Milliseconds between two questions whether a commit happened. */
const ASK_EVERY = 50;

/** Connects to the database at `url`. Throws where it cannot be reached. */
export async function openPostgres(url: string): Promise<PostgresDatabase> {
  const session = randomInt(1, SESSIONS);
  const bridge = createBridge(url, session);
  try {
    await bridge.connected();
  } catch (error) {
    await bridge.close();
    throw error;
  }
  return createConnection(bridge, createCommitMarks(session));
}

/** Statements that belong to no transaction. */
const ALONE: Place = { begins: false, belongs: false };

/** Asks whether there is an answer. */
const ANYTHING: Sent = { sql: 'select 1', values: [] };

function createConnection(bridge: Bridge, marks: CommitMarks): PostgresDatabase {
  let isTransaction = false;
  let hasWritten = false;
  let isGivenUp = false;
  let begins = false;
  let gathered: Sent[] = [];
  let characters = 0;

  /** Takes what was gathered, and where it belongs. */
  const take = (): [Sent[], Place] => {
    const place = { begins, belongs: isTransaction };
    const statements = gathered;
    gathered = [];
    characters = 0;
    begins = false;
    return [statements, place];
  };

  const write = (sql: string, values: readonly BindValue[]): void => {
    hasWritten = true;
    gathered.push({ sql, values });
    for (const value of values) if (typeof value === 'string') characters += value.length;
    if (characters > SEND_AT || !isTransaction) bridge.post(...take());
  };

  /** Before the first batch nobody is held up by waiting, and nobody could wait otherwise. */
  let isAtWork = false;
  let patience = PATIENCE;
  const read = (sql: string, values: readonly BindValue[]): SentRows => {
    gathered.push({ sql, values });
    if (!isAtWork) return bridge.ask(...take(), { ms: LONGEST_PATIENCE, inSilence: true });
    try {
      return bridge.ask(...take(), { ms: isTransaction ? patience : LONGEST_PATIENCE, inSilence: false });
    } catch (error) {
      if (error instanceof StillWaiting && !bridge.isQuiet())
        patience = Math.min(2 * patience, LONGEST_PATIENCE);
      throw error;
    }
  };

  /** Whether the last commit that wrote happened; answered when there is a connection again. */
  const happened = async (): Promise<boolean> => {
    while (!isGivenUp) {
      try {
        return marks.happened((await bridge.askLater([marks.last], ALONE)).rows);
      } catch (error) {
        if (databaseFailure(error) === 'permanent') throw unknownCommit(error);
        await pause(ASK_EVERY);
      }
    }
    throw unknownCommit();
  };

  return {
    dialect: 'postgres',
    isReachable: bridge.isReachable,
    get isTransaction() {
      return isTransaction;
    },
    prepare: (sql) => prepare(toPostgres(sql), read, write),
    exec: (sql) => void read(sql, []),
    begin() {
      isAtWork = true;
      // The thread says at once why there is no connection.
      if (!bridge.isUp()) bridge.ask([ANYTHING], ALONE, { ms: PATIENCE, inSilence: false });
      if (bridge.isQuiet()) throw new StillWaiting(bridge.askLater([ANYTHING], ALONE));
      isTransaction = true;
      hasWritten = false;
      begins = true;
      gathered = [{ sql: 'begin', values: [] }];
    },
    async commit(lost) {
      if (hasWritten) gathered.push(marks.next());
      gathered.push({ sql: 'commit', values: [] });
      const [statements, place] = take();
      try {
        const { command } = await bridge.askLater(statements, place);
        isTransaction = false;
        patience = PATIENCE;
        // A transaction that failed without our knowing is undone by its commit, and PostgreSQL says so.
        if (command !== 'COMMIT') throw noConnection();
      } catch (error) {
        if (!(error instanceof PostgresFailure) || !error.isOpen) throw error;
        isTransaction = false;
        // What only read has nothing to lose.
        if (!hasWritten) return;
        lost?.(error);
        if (!(await happened())) throw undone(error);
      }
    },
    rollback() {
      if (!isTransaction) return;
      isTransaction = false;
      // What was not sent has not to be undone; without `begin` there is nothing to undo at all.
      const isUnknown = begins;
      take();
      if (!isUnknown) bridge.post([{ sql: 'rollback', values: [] }], { begins: false, belongs: true });
    },
    giveUp() {
      isGivenUp = true;
    },
    close: () => bridge.close(),
  };
}

type Read = (sql: string, values: readonly BindValue[]) => SentRows;

function prepare(
  sql: string,
  read: Read,
  write: (sql: string, values: readonly BindValue[]) => void,
): Statement {
  const all = (values: readonly BindValue[]): Record<string, BindValue>[] => asObjects(read(sql, values));
  return {
    get: (...values) => all(values)[0],
    all: (...values) => all(values),
    run: (...values) => write(sql, values),
    *iterate(...values) {
      // A page at a time, by position: for reading whole tables that stand still.
      const paged = `select * from (${sql}) as pages limit ${PAGE} offset `;
      for (let offset = 0; ; offset += PAGE) {
        const rows = asObjects(read(`${paged}${offset}`, values));
        yield* rows;
        if (rows.length < PAGE) return;
      }
    },
  };
}

function asObjects({ columns, rows }: SentRows): Record<string, BindValue>[] {
  return rows.map((row) => {
    const object: Record<string, BindValue> = {};
    for (let index = 0; index < columns.length; index += 1) object[columns[index]] = row[index];
    return object;
  });
}

function noConnection(): PostgresFailure {
  return new PostgresFailure({ message: 'There is no connection to PostgreSQL', sqlState: NO_CONNECTION });
}

/** A commit that was lost on its way: the same work can be done again. */
function undone({ message }: PostgresFailure): PostgresFailure {
  return new PostgresFailure({ message, sqlState: '40000' });
}

/** A commit of which nobody can say whether it happened. */
function unknownCommit(cause?: unknown): PostgresFailure {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  const message = `The connection to PostgreSQL was lost at the commit, and whether it happened cannot be asked${why}`;
  return new PostgresFailure({ message, sqlState: '08007' });
}
