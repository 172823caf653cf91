/** Signing of user tasks: proofs that somebody gave the password again. */
import type { Knex } from 'knex';
import { whole } from './columns.js';

/** Makes `signing_proof`. A proof is stored as its hash, and is taken away when it is used. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('signing_proof', (table) => {
    table.text('token_hash').primary();
    table.text('username').notNullable();
    whole(knex, table, 'user_task_key').notNullable();
    whole(knex, table, 'expires_at').notNullable();
    table.index(['expires_at'], 'signing_proof_expiry');
  });
}
