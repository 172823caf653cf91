/** Once for a run of tests: where they run on PostgreSQL, one server for all of them. */
import { startPostgres } from './postgres.js';

/** Starts the server; the answer stops it. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['COUNTERSIGN_TEST_DATABASE'] !== 'postgres') return undefined;
  const postgres = await startPostgres();
  process.env['COUNTERSIGN_TEST_POSTGRES_URL'] = postgres.address;
  return () => postgres.stop();
}
