/** What servers that start at the same time must not do at the same time. */
import type { Knex } from 'knex';
import { isSqlite } from './migrations/columns.js';

/** Any number that nothing else in the database locks. */
const LOCK = 4_271_000_001;

/** Runs `work` while no other server on the database runs such work. It must not ask for a turn in its turn. */
export async function inTurn(knex: Knex, work: () => Promise<void>): Promise<void> {
  if (isSqlite(knex)) return work();
  await knex.transaction(async (lock) => {
    // The lock is held by a transaction that does nothing else, however long the work takes.
    await lock.raw('set local idle_in_transaction_session_timeout = 0');
    await lock.raw('set local lock_timeout = 0');
    await lock.raw('select pg_advisory_xact_lock(?)', [LOCK]);
    await work();
  });
}
