/**
 * One server for each embedded database. The lock is an exclusive transaction on an empty database beside
 * the real one: the operating system releases it when its process ends, however it ends.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { makePrivate } from './database-file.js';

/** Milliseconds to wait for a server that is just stopping. */
const PATIENCE = 5_000;

function openLock(path: string): DatabaseSyncInstance {
  try {
    return new DatabaseSync(`${path}-lock`, { timeout: PATIENCE });
  } catch (cause) {
    throw new Error(`The database ${path} cannot be written: no file can be made in its folder`, { cause });
  }
}

/** SQLite's codes for what somebody else holds: busy and locked. */
const HELD: ReadonlySet<number> = new Set([5, 6]);

function isHeld(cause: unknown): boolean {
  const { errcode } = cause as { errcode?: unknown };
  return typeof errcode === 'number' && HELD.has(errcode & 0xff);
}

function heldBy(path: string): string {
  return `Another server runs on the database ${path}: stop it first, or name another database`;
}

function whyNot(path: string, cause: unknown): string {
  const why = cause instanceof Error ? cause.message : String(cause);
  return `The database ${path} cannot be written: ${why}. Its folder has to be writable, and its disk must have room`;
}

/** Locks the database at `path`; the answer releases it. Throws where another server holds it. */
export function lockDatabase(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  mkdirSync(dirname(path), { recursive: true });
  makePrivate(`${path}-lock`);
  const lock = openLock(path);
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    throw new Error(isHeld(cause) ? heldBy(path) : whyNot(path, cause), { cause });
  }
  return () => {
    lock.close();
  };
}
