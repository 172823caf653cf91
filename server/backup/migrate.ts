/** `countersign migrate`: brings the tables of a database up to date without starting a server on it. */
import { CliFailure } from '../cli/exit-codes.js';
import { pendingOf } from '../store/backup.js';
import { lockDatabase } from '../store/lock.js';
import { openStore } from '../store/store.js';
import { sizeOf } from './files.js';

/** Migrates the database at `path`, or only looks; answers which migrations it needed. Throws `CliFailure`. */
export async function migrateDatabase(path: string, isDryRun: boolean): Promise<string[]> {
  if ((await sizeOf(path)) === null) throw new CliFailure(`There is no database ${path}. A start makes one.`);
  try {
    const pending = await pendingOf(path);
    if (isDryRun || pending.length === 0) return pending;
    const unlock = lockDatabase(path);
    try {
      await (await openStore(path)).close();
    } finally {
      unlock();
    }
    return pending;
  } catch (error) {
    throw new CliFailure(`${path} cannot be migrated: ${(error as Error).message}.`, undefined, {
      cause: error,
    });
  }
}
