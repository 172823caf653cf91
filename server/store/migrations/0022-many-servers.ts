/**
 * What servers on one PostgreSQL database need. Which commit of each was its last one: the commit writes it down itself,
 * and where its answer is lost the row says whether it happened. And an index by which jobs of one type are shared out
 * among process definitions, as 0015 made it for SQLite.
 */
import type { Knex } from 'knex';
import { isSqlite } from './columns.js';

/** Makes `commit_mark`, a row for each server that has written, and the index anew. Nothing on SQLite. */
export async function up(knex: Knex): Promise<void> {
  if (isSqlite(knex)) return;
  await knex.raw(
    `create table commit_mark (session bigint primary key, number bigint not null, at timestamptz not null)
     with (fillfactor = 50)`,
  );
  await knex.raw('drop index job_available');
  await knex.raw(
    `create index job_available on job (type, priority desc, process_definition_key, available_at, key)
       where available_at is not null`,
  );
}
