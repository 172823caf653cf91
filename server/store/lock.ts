/**
 * One server for each embedded database. The lock is an exclusive transaction on an empty database beside
 * the real one: the operating system releases it when its process ends, however it ends.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** Milliseconds to wait for a server that is just stopping. */
const PATIENCE = 5_000;

function openLock(path: string): DatabaseSyncInstance {
  try {
    return new DatabaseSync(`${path}-lock`, { timeout: PATIENCE });
  } catch (cause) {
    throw new Error(`The database ${path} cannot be written: no file can be made in its folder`, { cause });
  }
}

/** Locks the database at `path`; the answer releases it. Throws where another server holds it. */
export function lockDatabase(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  mkdirSync(dirname(path), { recursive: true });
  const lock = openLock(path);
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    throw new Error(`Another server runs on the database ${path}: stop it first, or name another database`, {
      cause,
    });
  }
  return () => {
    lock.close();
  };
}
