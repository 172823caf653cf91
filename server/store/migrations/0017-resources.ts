/** Resources that tasks link to: files that mean something to workers, and nothing to the engine. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `generic_resource`: the versions of such files, by the id that stands in them. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('generic_resource', (table) => {
    keyColumn(knex, table);
    table.text('resource_id').notNullable();
    whole(knex, table, 'version').notNullable();
    table.text('version_tag');
    whole(knex, table, 'deployment_key').notNullable();
    whole(knex, table, 'resource_key').notNullable();
    table.text('resource_name').notNullable();
    table.text('checksum').notNullable();
    table.unique(['resource_id', 'version'], { indexName: 'generic_resource_version' });
  });
}
