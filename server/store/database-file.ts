/**
 * The file of the embedded database, from outside: for its owner's eyes alone, and watched, because SQLite writes on into
 * a file that was removed or replaced, and what it writes there is lost.
 */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

/** Read and written by the account of the server; SQLite gives the files beside it the same mode. */
const PRIVATE = 0o600;

/** SQLite's code for a file that cannot be opened: what fails with it may be tried again. */
const CANNOT_OPEN = 14;

/** The file was removed or replaced while it was open. */
export class DatabaseFileGone extends Error {
  override readonly name = 'DatabaseFileGone';
  /** As errors of SQLite bear it. */
  readonly errcode = CANNOT_OPEN;
}

/** Makes the file where it is absent, and takes it from everybody but its owner; what the system forbids stays. */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', PRIVATE));
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, PRIVATE);
  } catch {
    // Opening the database says what is wrong, in its own words.
  }
}

/** A check that the open file still stands at its path. Throws `DatabaseFileGone`; costs a look at the folder. */
export function watchFile(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  const { ino, dev } = statSync(path);
  return () => {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.ino === ino && now.dev === dev) return;
    const what = now ? 'was replaced by another file' : 'is not there any more';
    throw new DatabaseFileGone(
      `The database file ${path} ${what}, so that nothing can be kept. Put the file back, or stop the server and start it again.`,
    );
  };
}
