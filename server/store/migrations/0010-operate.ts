/**
 * What operators do: what suspension keeps back, the versions that migrated instances ran before,
 * batch operations with their items, and how long ended instances are kept. Times are milliseconds since the epoch.
 */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `held`, `migrated_instance`, `batch_operation`, `batch_operation_item` and `retention`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('held', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'at');
  });
  await knex.schema.createTable('migrated_instance', (table) => {
    keyColumn(knex, table);
    table.text('definitions').notNullable();
  });
  await knex.schema.createTable('batch_operation', (table) => {
    keyColumn(knex, table);
    table.text('type').notNullable();
    table.text('state').notNullable();
    table.text('actor').notNullable();
    table.text('filter').notNullable();
    table.text('plan').notNullable();
    whole(knex, table, 'last_key').notNullable();
    whole(knex, table, 'created_at').notNullable();
    whole(knex, table, 'started_at');
    whole(knex, table, 'ended_at');
    whole(knex, table, 'total').notNullable();
    whole(knex, table, 'completed').notNullable();
    whole(knex, table, 'failed').notNullable();
    whole(knex, table, 'skipped').notNullable();
    table.text('error');
  });
  await knex.raw(
    `create index batch_operation_open on batch_operation (key) where state in ('CREATED', 'ACTIVE')`,
  );
  await knex.schema.createTable('batch_operation_item', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'batch_operation_key').notNullable();
    whole(knex, table, 'process_instance_key').notNullable();
    whole(knex, table, 'root_key').notNullable();
    table.text('state').notNullable();
    whole(knex, table, 'processed_at');
    table.text('failure');
    table.text('error_message');
    table.index(['batch_operation_key', 'state', 'key'], 'batch_operation_item_state');
    table.index(['process_instance_key'], 'batch_operation_item_instance');
  });
  await knex.schema.createTable('retention', (table) => {
    table.text('process_id').primary();
    whole(knex, table, 'days').notNullable();
    whole(knex, table, 'set_at').notNullable();
    table.text('set_by').notNullable();
  });
}
