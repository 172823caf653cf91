/** Who may use the server: accounts, groups, roles, sessions of browsers, keys of clients. */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `account`, `group`, `group_member`, `role`, `role_member`, `session` and `api_key`. Secrets are stored as hashes. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('account', (table) => {
    table.text('username').primary();
    table.text('name').notNullable();
    table.text('email');
    table.text('password_hash').notNullable();
    whole(knex, table, 'created_at').notNullable();
  });
  for (const kind of ['group', 'role']) {
    await knex.schema.createTable(kind, (table) => {
      table.text(`${kind}_id`).primary();
      table.text('name').notNullable();
      table.text('description');
    });
    await knex.schema.createTable(`${kind}_member`, (table) => {
      table.text(`${kind}_id`).notNullable();
      table.text('username').notNullable();
      table.primary([`${kind}_id`, 'username']);
      table.index(['username'], `${kind}_member_username`);
    });
  }
  await knex.schema.createTable('session', (table) => {
    table.text('token_hash').primary();
    table.text('username').notNullable();
    whole(knex, table, 'created_at').notNullable();
    whole(knex, table, 'expires_at').notNullable();
    table.index(['expires_at'], 'session_expiry');
  });
  await knex.schema.createTable('api_key', (table) => {
    keyColumn(knex, table);
    table.text('name').notNullable();
    table.text('username').notNullable();
    table.text('secret_hash').notNullable().unique();
    whole(knex, table, 'created_at').notNullable();
    whole(knex, table, 'expires_at');
  });
}
