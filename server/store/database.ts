/**
 * Opens the embedded database: one connection, write-ahead log, every commit synced to disk,
 * integers beyond 2^53 refused by the binding.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';

/** A connection to SQLite. Every call blocks until it is done. */
export type Database = DatabaseSyncInstance;

/** A prepared statement. */
export type Statement = StatementSyncInstance;

/** What SQLite stores in a column here. */
export type SqlValue = string | number | null;

/** Milliseconds to wait for another process that holds the database. */
const BUSY_TIMEOUT = 1_000;

/**
 * Opens the file, made with its folders when absent.
 * Throws where the file cannot be opened or is not a database.
 */
export function openDatabase(path: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('pragma temp_store = memory');
  database.exec('pragma cache_size = -65536');
  database.exec('pragma wal_autocheckpoint = 4000');
  return database;
}
