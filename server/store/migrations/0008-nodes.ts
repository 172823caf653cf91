/**
 * What several servers on one database need: who they are, leases for work that one of them does at a time,
 * and a count of deployments by which each notices that another deployed. On PostgreSQL also where positions
 * of the journal come from, and which transaction wrote each row: rows of transactions that are all over
 * can be put in an order that nothing can come into any more.
 */
import type { Knex } from 'knex';
import { isSqlite, whole } from './columns.js';

/** Makes `node`, `lease` and `counter`; gives PostgreSQL's `audit` its sequence and its transaction ids. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('node', (table) => {
    table.text('id').primary();
    whole(knex, table, 'started_at').notNullable();
    whole(knex, table, 'seen_at').notNullable();
    whole(knex, table, 'watches').notNullable();
  });
  await knex.schema.createTable('lease', (table) => {
    table.text('name').primary();
    table.text('node').notNullable();
    whole(knex, table, 'until').notNullable();
    whole(knex, table, 'token').notNullable();
  });
  await knex.schema.createTable('counter', (table) => {
    table.text('name').primary();
    whole(knex, table, 'value').notNullable();
  });
  await knex('counter').insert({ name: 'deployments', value: 0 });
  if (!isSqlite(knex)) for (const statement of POSTGRES) await knex.raw(statement);
}

const POSTGRES = [
  `alter table audit alter column position drop default`,
  `drop sequence if exists audit_position_seq`,
  `create sequence audit_position`,
  `select setval('audit_position', (select max(position) from audit))
     where exists (select 1 from audit)`,
  // SQLite's function, for the queries that both databases share: seconds since 1970; null for what is no time.
  `create function unixepoch(at text, modifier text) returns double precision language plpgsql stable as $$
     begin return extract(epoch from at::timestamptz); exception when others then return null; end $$`,
  `alter table audit add column transaction_id xid8 not null default pg_current_xact_id()`,
  `create index audit_transaction on audit (transaction_id, position)`,
];
