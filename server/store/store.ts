/** The open database: knex for everything that is not hot, the plain connection for the hot path. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { databaseFailure } from './failure.js';
import { createSqliteKnex } from './knex-sqlite.js';
import { migrate } from './migrations/index.js';
import type { Wire } from './postgres/wire.js';
import { openSqlite } from './sqlite.js';

/** One database, opened and migrated. */
export interface Store {
  /** For queries of pages and lists. Integers come as numbers, JSON columns as text. */
  readonly knex: Knex;
  /** For constant SQL prepared once. */
  readonly connection: Database;
  /** Connects to the other servers on the database; null where there cannot be any. */
  readonly connect: ((heard: (text: string) => void, missed: () => void) => Wire) | null;
  /** Whether the database answers. */
  isReachable(): boolean;
  /** The server stops: what waits for a database that is away waits no more, and fails. */
  giveUp(): void;
  /** Throws `DatabaseFileGone` where the file of the embedded database was removed or replaced. */
  checkFile(): void;
  /** Lets what runs come to its end, and closes both. */
  close(): Promise<void>;
}

/** Whether an address names a PostgreSQL database; otherwise it is the path of a SQLite file. */
export function isPostgres(database: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(database);
}

/**
 * Opens and migrates a database: the address of one on PostgreSQL, or the path of a SQLite file. Throws where
 * it cannot be opened, or was made by a newer server.
 */
export async function openStore(database: string): Promise<Store> {
  return isPostgres(database) ? openPostgresStore(database) : openSqliteStore(database);
}

/** On SQLite both ways share one connection. */
async function openSqliteStore(path: string): Promise<Store> {
  try {
    return await openWritable(path);
  } catch (error) {
    if (databaseFailure(error) !== 'retryable') throw error;
    const why = (error as Error).message;
    const advice = 'The file and its folder have to be writable, and their disk must have room.';
    throw new Error(`The database ${path} cannot be written: ${why}. ${advice}`, { cause: error });
  }
}

async function openWritable(path: string): Promise<Store> {
  const connection = openSqlite(path);
  const knex = createSqliteKnex(connection.binding, connection.checkFile);
  try {
    // Whether it can be written is asked here: migrations would tell it in words of their own.
    connection.begin();
    connection.exec('pragma user_version = 1');
    connection.rollback();
    await migrate(knex);
  } catch (error) {
    await knex.destroy();
    connection.close();
    throw error;
  }
  return {
    knex,
    connection,
    connect: null,
    isReachable: () => true,
    giveUp: () => undefined,
    checkFile: connection.checkFile,
    async close() {
      await knex.destroy();
      connection.exec('pragma wal_checkpoint(truncate)');
      connection.close();
    },
  };
}

/** Servers that have not written for so long are gone: nobody asks any more which commit was their last. */
const FORGET_MARKS = `delete from commit_mark where at < now() - interval '7 days'`;

/** On PostgreSQL batches have a connection of their own, and knex a pool. The driver is loaded where it is wanted. */
async function openPostgresStore(url: string): Promise<Store> {
  const { createPostgresKnex } = await import('./postgres/knex.js');
  const { openPostgres } = await import('./postgres/connection.js');
  const { countOnTransactions } = await import('./postgres/transaction-numbers.js');
  const { createWire } = await import('./postgres/wire.js');
  const connection = await openPostgres(url);
  const pool = createPostgresKnex(url, connection.isReachable);
  const { knex } = pool;
  try {
    await migrate(knex);
    await countOnTransactions(knex);
    await knex.raw(FORGET_MARKS);
  } catch (error) {
    await pool.close();
    await connection.close();
    throw error;
  }
  return {
    knex,
    connection,
    connect: (heard, missed) => createWire(url, heard, missed),
    isReachable: connection.isReachable,
    giveUp() {
      connection.giveUp?.();
      pool.giveUp();
    },
    checkFile: () => undefined,
    async close() {
      await pool.close();
      await connection.close();
    },
  };
}
