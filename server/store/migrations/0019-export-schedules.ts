/** Exports of the audit trail that run by themselves. Times are milliseconds since the epoch. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `export_schedule`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('export_schedule', (table) => {
    keyColumn(knex, table);
    table.text('name').notNullable();
    table.text('cycle').notNullable();
    table.text('filter').notNullable();
    table.text('period');
    table.text('format').notNullable();
    table.text('report');
    table.text('folder').notNullable();
    table.text('set_by').notNullable();
    whole(knex, table, 'set_at').notNullable();
    whole(knex, table, 'paused').notNullable();
    // The occurrence that is next, with the repetitions after it; null when none is left.
    whole(knex, table, 'due_at');
    whole(knex, table, 'repetitions').notNullable();
    table.text('cycle_interval');
    whole(knex, table, 'try_at');
    whole(knex, table, 'attempts').notNullable();
    whole(knex, table, 'last_at');
    table.text('last_outcome');
    table.text('last_file');
    table.text('last_error');
  });
  await knex.raw('create index export_schedule_try on export_schedule (try_at) where paused = 0');
}
