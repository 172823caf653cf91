/**
 * Copies of the embedded database while a server writes to it, and what shows that a copy is whole.
 * The copy is made under one read transaction: it is the database of one moment, and writers are not held
 * up. Without that transaction SQLite would begin again after every commit of the server.
 */
import { DatabaseSync, backup } from '@photostructure/sqlite';
import { checkJournal } from './check-journal.js';
import { createSqliteKnex } from './knex-sqlite.js';
import { pendingMigrations } from './migrations/index.js';
import type { RebuildReport } from './rebuild.js';

/** Pages that are copied between two looks at the progress: about 4 MB. */
const RATE = 1_000;

/** Copies the database at `source` into the new file `target`. `progress` is told the part done, from 0 to 1. */
export async function copyDatabase(
  source: string,
  target: string,
  progress: (part: number) => void,
): Promise<void> {
  const from = new DatabaseSync(source, { readOnly: true });
  try {
    from.exec('begin');
    // The transaction begins to hold its moment with the first read.
    from.prepare('select count(*) from sqlite_schema').get();
    await backup(from, target, {
      rate: RATE,
      progress: ({ totalPages, remainingPages }) => progress(1 - remainingPages / Math.max(1, totalPages)),
    });
    from.exec('commit');
  } finally {
    from.close();
  }
  const copy = new DatabaseSync(target);
  try {
    // One file, without a log beside it.
    copy.exec('pragma journal_mode = delete');
  } finally {
    copy.close();
  }
}

/** What SQLite finds wrong with the file itself; empty where nothing is. */
export function checkFile(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare('pragma integrity_check').all() as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  } finally {
    database.close();
  }
}

/**
 * Compares a copy with its journal. Null where the copy is of an older version: the comparison would have to
 * migrate it first, and then it would be no copy.
 */
export async function checkCopy(path: string): Promise<RebuildReport | null> {
  if ((await pendingOf(path)).length > 0) return null;
  return checkJournal(path);
}

/** The migrations that the database at `path` still needs. Throws where it was made by a newer version. */
export async function pendingOf(path: string): Promise<string[]> {
  const database = new DatabaseSync(path, { readOnly: true });
  const knex = createSqliteKnex(database);
  try {
    return await pendingMigrations(knex);
  } finally {
    await knex.destroy();
    database.close();
  }
}

/** The position of the last row of the journal; 0 where it has none. */
export function lastPosition(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database.prepare('select max(position) as last from audit').get() as { last: number | null };
    return row.last ?? 0;
  } finally {
    database.close();
  }
}
