/**
 * Opens the embedded database: one connection, write-ahead log, every commit synced to disk.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Database } from './database.js';
import { makePrivate, watchFile } from './database-file.js';
import { readingAnything } from './sqlite-reading.js';

/** A connection to SQLite, with what only SQLite has. */
export interface SqliteDatabase extends Database {
  /** The binding itself. */
  readonly binding: DatabaseSyncInstance;
  /** Throws `DatabaseFileGone` where the file was removed or replaced. */
  checkFile(): void;
  close(): void;
}

/** Milliseconds to wait for another process that holds the database. */
const BUSY_TIMEOUT = 1_000;

/**
 * Opens the file, made with its folders when absent, for the eyes of this account. Every transaction asks whether it is
 * still there.
 * Throws where the file cannot be opened or is not a database.
 */
export function openSqlite(path: string): SqliteDatabase {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true });
    makePrivate(path);
  }
  const binding = new DatabaseSync(path, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  binding.exec('pragma journal_mode = wal');
  binding.exec('pragma synchronous = full');
  binding.exec('pragma temp_store = memory');
  binding.exec('pragma cache_size = -32768');
  binding.exec('pragma wal_autocheckpoint = 4000');
  // "insert or replace" deletes rows: with this it asks the triggers that keep those of the journal.
  binding.exec('pragma recursive_triggers = on');
  const checkFile = watchFile(path);
  const begin = binding.prepare('begin immediate');
  const commit = binding.prepare('commit');
  return {
    dialect: 'sqlite',
    binding,
    checkFile,
    prepare: (sql) => readingAnything(binding.prepare(sql)),
    exec: (sql) => binding.exec(sql),
    get isTransaction() {
      return binding.isTransaction;
    },
    begin() {
      checkFile();
      begin.run();
    },
    commit() {
      checkFile();
      commit.run();
      return undefined;
    },
    rollback() {
      if (binding.isTransaction) binding.exec('rollback');
    },
    close: () => binding.close(),
  };
}
