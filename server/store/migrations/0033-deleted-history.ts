/** Versions that were deleted with the history of their instances, of which some may still run. */
import type { Knex } from 'knex';

/** Adds `with_history`: 1 where instances go when they have ended, 0 where they stay. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deleted_definition', (table) => {
    table.integer('with_history').notNullable().defaultTo(0);
  });
}
