/**
 * Which commit of a server on PostgreSQL was its last one. The commit writes it down itself; where its answer is lost,
 * the row says whether it happened.
 */
import type { Knex } from 'knex';
import { isSqlite } from './columns.js';

/** Makes `commit_mark`: a row for each server that has written, by the number of its connection. */
export async function up(knex: Knex): Promise<void> {
  if (isSqlite(knex)) return;
  await knex.raw(
    `create table commit_mark (session bigint primary key, number bigint not null, at timestamptz not null)
     with (fillfactor = 50)`,
  );
}
