/** The open database: knex for everything that is not hot, the plain connection for the hot path. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** One database, opened and migrated. Both ways share one connection. */
export interface Store {
  /** For queries of pages and lists. Values of integer columns come as numbers, JSON columns as text. */
  readonly knex: Knex;
  /** For constant SQL prepared once. */
  readonly connection: Database;
  close(): Promise<void>;
}
