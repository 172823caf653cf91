/** The open database: knex for everything that is not hot, the plain connection for the hot path. */
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { createSqliteKnex } from './knex-sqlite.js';
import { migrate } from './migrations/index.js';
import { openSqlite } from './sqlite.js';

/** One database, opened and migrated. Both ways share one connection. */
export interface Store {
  /** For queries of pages and lists. Values of integer columns come as numbers, JSON columns as text. */
  readonly knex: Knex;
  /** For constant SQL prepared once. */
  readonly connection: Database;
  /** Writes the log back into the database file and closes both. */
  close(): Promise<void>;
}

/** Opens and migrates the database at `path`. Throws where it cannot be opened, or was made by a newer server. */
export async function openStore(path: string): Promise<Store> {
  const connection = openSqlite(path);
  const knex = createSqliteKnex(connection);
  try {
    await migrate(knex);
  } catch (error) {
    await knex.destroy();
    connection.close();
    throw error;
  }
  return {
    knex,
    connection,
    async close() {
      await knex.destroy();
      connection.exec('pragma wal_checkpoint(truncate)');
      connection.close();
    },
  };
}
