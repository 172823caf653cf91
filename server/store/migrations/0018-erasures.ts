/** Erasures on their way: one that was killed in the middle can be ended, and its certificate still names every row. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `erasure_begun` and `erased_row`; both are empty where no erasure is on its way. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('erasure_begun', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'at').notNullable();
    // By these the same request is known again; what it names is not kept.
    table.text('salt').notNullable();
    table.text('request_hash').notNullable();
    table.text('pseudonyms').notNullable();
    whole(knex, table, 'is_certified').notNullable();
  });
  await knex.schema.createTable('erased_row', (table) => {
    keyColumn(knex, table, 'position');
    whole(knex, table, 'erasure_key').notNullable();
    table.text('commitment').notNullable();
    table.index(['erasure_key'], 'erased_row_erasure');
  });
}
