/** Jobs of one type are shared out among the process definitions that have some. */
import type { Knex } from 'knex';
import { isSqlite } from './columns.js';

/**
 * On SQLite the index of jobs that can be taken leads over the definition, so that the first jobs of each are found
 * however many another has. PostgreSQL answers in one question, and keeps its index.
 */
export async function up(knex: Knex): Promise<void> {
  if (!isSqlite(knex)) return;
  await knex.raw('drop index job_available');
  await knex.raw(
    `create index job_available on job (type, priority, process_definition_key, available_at)
       where available_at is not null`,
  );
}
