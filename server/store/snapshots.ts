/**
 * Reads of the database as it stood at one moment, on a connection of their own: whoever reads for long neither
 * holds up commits nor sees half of what comes meanwhile.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import type { Knex } from 'knex';
import { createSqliteKnex } from './knex-sqlite.js';
import { isSqlite } from './migrations/columns.js';

/** The database at one moment. */
export interface Snapshot {
  readonly knex: Knex;
  /** Lets it go. To be called once, also where reading failed. */
  close(): Promise<void>;
}

/** Pages of the file that a snapshot keeps in memory, in KiB: it reads each of them once, one after the other. */
const CACHE = 4_096;

/** How long a snapshot on PostgreSQL may stand still. */
const IDLE = '10min';

/** Snapshots of embedded databases that are open, by the knex of their store. */
const opened = new WeakMap<Knex, Set<() => void>>();

/** Opens a snapshot of the database that `knex` leads to. */
export async function openSnapshot(knex: Knex): Promise<Snapshot> {
  if (!isSqlite(knex)) return openPostgresSnapshot(knex);
  const { config } = knex.client as {
    readonly config: { readonly connection: { readonly filename: string } };
  };
  const { filename } = config.connection;
  if (filename === ':memory:') return { knex, close: () => Promise.resolve() };
  const binding = new DatabaseSync(filename, { readOnly: true });
  const close = (): void => {
    opened.get(knex)?.delete(close);
    if (!binding.isOpen) return;
    // A connection whose statements are not collected yet outlives its closing, and would hold the moment all the while.
    if (binding.isTransaction) binding.exec('rollback');
    binding.close();
  };
  opened.set(knex, (opened.get(knex) ?? new Set()).add(close));
  binding.exec(`pragma cache_size = -${CACHE}`);
  binding.exec('begin');
  // The moment is the one of the first read.
  binding.prepare('select 1 from sqlite_schema limit 1').get();
  const own = createSqliteKnex(binding);
  return {
    knex: own,
    async close() {
      await own.destroy();
      close();
    },
  };
}

/**
 * Ends the snapshots of an embedded database: whoever still reads one is told by an error. For whoever erases, because
 * an open snapshot keeps what was erased in the files.
 */
export function endSnapshots(knex: Knex): void {
  for (const close of [...(opened.get(knex) ?? [])]) close();
}

async function openPostgresSnapshot(knex: Knex): Promise<Snapshot> {
  const transaction = await knex.transaction({ isolationLevel: 'repeatable read', readOnly: true });
  // A reader at the other end of a slow line lets it stand still: longer than others may, and not for ever.
  await transaction.raw(`set local idle_in_transaction_session_timeout = '${IDLE}'`);
  // The moment is the one of the first read here as well.
  await transaction.raw('select 1');
  return {
    knex: transaction,
    async close() {
      if (!transaction.isCompleted()) await transaction.rollback();
    },
  };
}
