/**
 * Databases for tests that run on both: SQLite files by themselves, PostgreSQL where
 * COUNTERSIGN_TEST_DATABASE is `postgres`. Its server is started once for a run, by the global setup.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../server/store/store.js';
import { startPostgres } from './postgres.js';
import type { TestPostgres } from './postgres.js';

/** Whether tests run on PostgreSQL. */
export const ON_POSTGRES = process.env['COUNTERSIGN_TEST_DATABASE'] === 'postgres';

/** A database of a test. */
export interface TestDatabase {
  /** As `openRuntime` takes it. */
  readonly address: string;
  remove(): Promise<void>;
}

/** A new database: empty on SQLite, migrated on PostgreSQL, where that takes longer. */
export async function createTestDatabase(): Promise<TestDatabase> {
  if (ON_POSTGRES) {
    const { postgres, template } = await (prepared ??= prepare());
    const address = await postgres.create(template);
    return { address, remove: () => postgres.drop(address) };
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-runtime-'));
  return {
    address: join(folder, 'test.db'),
    remove: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

interface Prepared {
  readonly postgres: TestPostgres;
  readonly template: string;
}

let prepared: Promise<Prepared> | undefined;

/** The server of the run, and a migrated database that others are copies of. */
async function prepare(): Promise<Prepared> {
  const postgres = await startPostgres();
  const template = await postgres.create();
  await (await openStore(template)).close();
  return { postgres, template };
}
