/** What was deployed: resources as they came, and the processes and forms found in them. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `deployment`, `resource`, `process_definition` and `form`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('deployment', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'deployed_at').notNullable();
    table.text('actor').notNullable();
  });
  await knex.schema.createTable('resource', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'deployment_key').notNullable();
    table.text('name').notNullable();
    table.text('checksum').notNullable();
    table.text('content').notNullable();
  });
  await knex.schema.createTable('process_definition', (table) => {
    keyColumn(knex, table);
    table.text('process_id').notNullable();
    whole(knex, table, 'version').notNullable();
    table.text('name');
    table.text('version_tag');
    table.text('start_form_id');
    whole(knex, table, 'deployment_key').notNullable();
    whole(knex, table, 'resource_key').notNullable();
    table.text('resource_name').notNullable();
    table.text('checksum').notNullable();
    table.unique(['process_id', 'version'], { indexName: 'process_definition_version' });
  });
  await knex.schema.createTable('form', (table) => {
    keyColumn(knex, table);
    table.text('form_id').notNullable();
    whole(knex, table, 'version').notNullable();
    whole(knex, table, 'deployment_key').notNullable();
    whole(knex, table, 'resource_key').notNullable();
    table.text('resource_name').notNullable();
    table.text('checksum').notNullable();
    table.unique(['form_id', 'version'], { indexName: 'form_version' });
  });
}
