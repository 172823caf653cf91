/** Jobs of task listeners: the reason for which one denied the change it was asked about. */
import type { Knex } from 'knex';

/** Adds `denied_reason`: null for a job that denied nothing, empty where the worker gave no reason. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('job', (table) => {
    table.text('denied_reason');
  });
}
