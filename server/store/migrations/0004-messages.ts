/**
 * Messages that are kept, who took them, and who waits for messages and signals. A subscription
 * without an instance is a start event of the latest version of its process.
 */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `message`, `message_correlation`, `message_subscription` and `signal_subscription`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('message', (table) => {
    keyColumn(knex, table);
    table.text('name').notNullable();
    table.text('correlation_key').notNullable();
    table.text('message_id');
    table.text('variables').notNullable();
    whole(knex, table, 'published_at').notNullable();
    whole(knex, table, 'expires_at').notNullable();
    table.index(['name', 'correlation_key'], 'message_name');
    table.index(['expires_at'], 'message_expiry');
  });
  await knex.raw(
    `create unique index message_id on message (name, correlation_key, message_id) where message_id is not null`,
  );
  await knex.schema.createTable('message_correlation', (table) => {
    whole(knex, table, 'message_key').notNullable();
    table.text('process_id').notNullable();
    whole(knex, table, 'process_instance_key').notNullable();
    table.primary(['message_key', 'process_id']);
  });
  await knex.schema.createTable('message_subscription', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'root_key');
    whole(knex, table, 'process_instance_key');
    whole(knex, table, 'process_definition_key').notNullable();
    table.text('process_id').notNullable();
    table.text('element_id').notNullable();
    whole(knex, table, 'element_instance_key');
    table.text('message_name').notNullable();
    table.text('correlation_key');
    whole(knex, table, 'created_at').notNullable();
    table.index(['message_name', 'correlation_key'], 'message_subscription_name');
    table.index(['process_instance_key'], 'message_subscription_instance');
  });
  await knex.raw(
    `create index message_subscription_start on message_subscription (process_id) where root_key is null`,
  );
  await knex.schema.createTable('signal_subscription', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'root_key');
    whole(knex, table, 'process_instance_key');
    whole(knex, table, 'process_definition_key').notNullable();
    table.text('process_id').notNullable();
    table.text('element_id').notNullable();
    whole(knex, table, 'element_instance_key');
    table.text('signal_name').notNullable();
    whole(knex, table, 'created_at').notNullable();
    table.index(['signal_name'], 'signal_subscription_name');
  });
}
