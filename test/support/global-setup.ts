/** Once for a run of tests: where they run on PostgreSQL, one server for all of them. */
import { startPostgres, whyNoPostgres } from './postgres.js';

/** Starts the server; the answer stops it. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['COUNTERSIGN_TEST_DATABASE'] !== 'postgres') return undefined;
  const missing = whyNoPostgres();
  if (missing !== null) {
    console.log(`${missing} These tests run on SQLite instead.`);
    process.env['COUNTERSIGN_TEST_DATABASE'] = 'sqlite';
    return undefined;
  }
  const postgres = await startPostgres();
  process.env['COUNTERSIGN_TEST_POSTGRES_URL'] = postgres.address;
  return () => postgres.stop();
}
