/** Drafts of the modeler: a file has a current revision; every saved revision is kept. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `model_file` and `model_revision`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('model_file', (table) => {
    keyColumn(knex, table);
    table.text('name').notNullable();
    table.text('folder').notNullable();
    table.text('type').notNullable();
    whole(knex, table, 'revision').notNullable();
    whole(knex, table, 'created_at').notNullable();
    table.text('created_by').notNullable();
    whole(knex, table, 'updated_at').notNullable();
    table.text('updated_by').notNullable();
    table.index(['folder', 'name'], 'model_file_folder');
  });
  await knex.schema.createTable('model_revision', (table) => {
    whole(knex, table, 'model_key').notNullable();
    whole(knex, table, 'revision').notNullable();
    table.text('content').notNullable();
    table.text('message');
    whole(knex, table, 'saved_at').notNullable();
    table.text('saved_by').notNullable();
    table.primary(['model_key', 'revision']);
  });
}
