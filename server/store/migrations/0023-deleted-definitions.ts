/** Deployed versions that were deleted. Their rows and files stay: what ran with them is still shown and proved. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `deleted_definition`: the key of a deleted version of anything that is deployed. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('deleted_definition', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'deleted_at').notNullable();
  });
}
