/** The journal, its snapshots, and where keys come from. Rows of the journal can only be added. */
import type { Knex } from 'knex';
import { isSqlite, keyColumn, whole } from './columns.js';

/** Makes `audit`, `snapshot`, `key_block` and `setting`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit', (table) => {
    table.specificType('position', isSqlite(knex) ? 'integer' : 'bigserial').primary();
    whole(knex, table, 'root_key');
    whole(knex, table, 'process_instance_key');
    whole(knex, table, 'sequence');
    whole(knex, table, 'at').notNullable();
    table.text('actor').notNullable();
    table.text('type').notNullable();
    table.text('element_id');
    whole(knex, table, 'element_instance_key');
    table.text('flow_id');
    whole(knex, table, 'process_definition_key');
    table.text('data').notNullable();
    table.unique(['root_key', 'sequence'], { indexName: 'audit_sequence' });
  });
  await knex.schema.createTable('snapshot', (table) => {
    keyColumn(knex, table, 'root_key');
    whole(knex, table, 'revision').notNullable();
    table.text('data').notNullable();
  });
  await knex.schema.createTable('key_block', (table) => {
    table.text('name').primary();
    whole(knex, table, 'next').notNullable();
  });
  await knex.schema.createTable('setting', (table) => {
    table.text('name').primary();
    table.text('value').notNullable();
  });
  await knex('key_block').insert({ name: 'key', next: 1 });
  for (const statement of isSqlite(knex) ? SQLITE_GUARD : POSTGRES_GUARD) await knex.raw(statement);
}

const SQLITE_GUARD = [
  `create trigger audit_keeps_rows before delete on audit
     begin select raise(abort, 'rows of audit cannot be deleted'); end`,
  `create trigger audit_keeps_values before update on audit
     begin select raise(abort, 'rows of audit cannot be changed'); end`,
];

const POSTGRES_GUARD = [
  `create function audit_refuse() returns trigger language plpgsql as $$
     begin raise exception 'rows of audit cannot be changed or deleted'; end $$`,
  `create trigger audit_keeps_rows before update or delete on audit
     for each row execute function audit_refuse()`,
  `create trigger audit_keeps_table before truncate on audit
     for each statement execute function audit_refuse()`,
];
