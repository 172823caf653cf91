/** Rewrites the database's files, so that bytes that were deleted are in none of them any more. */
import type { Knex } from 'knex';
import { isSqlite } from '../migrations/columns.js';
import { endSnapshots } from '../snapshots.js';

/** How often, and after how many milliseconds each time, the log is tried to be emptied: readers can hold it. */
const ATTEMPTS = 4;
const PAUSE = 500;

/**
 * Rewrites the files; it takes as long as copying the database, and as much room meanwhile. Answers whether every old
 * byte is gone: on SQLite a reader that stays on what it saw before can keep the log from being emptied.
 */
export async function rewriteFiles(knex: Knex): Promise<boolean> {
  if (!isSqlite(knex)) {
    // The statistics of columns hold samples of what stood there; the old ones stand in the catalog until it is
    // rewritten too, which only its owner may: others are told so in a warning.
    await knex.raw('vacuum (full, analyze)');
    await knex.raw('vacuum (full) pg_catalog.pg_statistic');
    return true;
  }
  // An export that still reads would keep what was erased in the files: it ends.
  endSnapshots(knex);
  await knex.raw('pragma secure_delete = on');
  await knex.raw('pragma temp_store = file');
  await knex.raw('vacuum');
  await knex.raw('pragma temp_store = memory');
  for (let attempt = 1; ; attempt += 1) {
    const [{ busy }] = (await knex.raw('pragma wal_checkpoint(truncate)')) as [{ busy: number }];
    if (busy === 0) return true;
    if (attempt === ATTEMPTS) return false;
    await new Promise((resolve) => void setTimeout(resolve, PAUSE));
  }
}
