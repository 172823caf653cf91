/** Files of a backup: what belongs to a database, copies that are on disk when they are answered, and hashes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Files that SQLite, the lock and a restore keep beside a database; they are no part of it. */
const PASSING = /^-(?:wal|shm|journal|lock.*)$|^\.(?:replaced-|restoring)/;

/**
 * What stands beside a database and belongs to it, by the part of its name after the database's: the signing
 * key and the checkpoints of the audit trail.
 */
export async function companions(database: string): Promise<string[]> {
  const name = basename(database);
  const files = await readdir(dirname(database), { withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name !== name && file.name.startsWith(name))
    .map((file) => file.name.slice(name.length))
    .filter((suffix) => /^[-.]/.test(suffix) && !PASSING.test(suffix))
    .sort();
}

/** Whether a companion holds a key that signs. */
export function isKey(suffix: string): boolean {
  return suffix.includes('key');
}

/** Copies a file into a new one and has it on disk; throws where the target is there. */
export async function copyDurably(source: string, target: string, mode: number): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_EXCL);
  const file = await open(target, 'r+');
  try {
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has a file, or the names in a folder, on disk. */
export async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file, in lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The size of a file; null where there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
