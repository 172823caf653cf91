/**
 * Who a user task is offered to, as rows with an index in the order of the inbox, and indexes of user tasks that carry
 * the order of its other lists.
 */
import type { Knex } from 'knex';
import { isSqlite, whole } from './columns.js';

/**
 * Makes `user_task_candidate`: a row for each task (`key`), kind of candidate (`user`, `group`) and name. `stage` says
 * whether it waits: 0 no, 1 for whoever takes it, 2 for its assignee; `created_at` is the task's.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('user_task_candidate', (table) => {
    whole(knex, table, 'key').notNullable();
    table.text('kind').notNullable();
    table.text('name').notNullable();
    whole(knex, table, 'stage').notNullable();
    whole(knex, table, 'created_at').notNullable();
    table.primary(['key', 'kind', 'name']);
  });
  await fill(knex);
  await knex.raw('drop index user_task_open');
  await knex.raw('drop index user_task_waiting');
  for (const index of INDEXES) await knex.raw(`create index ${index}`);
}

const INDEXES = [
  'user_task_candidate_order on user_task_candidate (kind, name, stage, created_at, key)',
  `user_task_open on user_task (assignee, created_at, key) where state = 'CREATED'`,
  `user_task_waiting on user_task (created_at, key) where state = 'CREATED'`,
  `user_task_completed on user_task (completed_at, key) where state = 'COMPLETED'`,
];

const STAGE = `case when ut.state <> 'CREATED' then 0 when ut.assignee is null then 1 else 2 end`;

/** A list that cannot be read has no candidates: one row must not keep the others from their inboxes. */
async function fill(knex: Knex): Promise<void> {
  if (!isSqlite(knex)) {
    await knex.raw(
      `create function pg_temp.names_in(list text) returns setof text language plpgsql as $$
       begin
         return query select jsonb_array_elements_text(list::jsonb);
       exception when others then
         return;
       end $$`,
    );
  }
  const entries = (column: string): string =>
    isSqlite(knex)
      ? `json_each(case when json_valid(${column}) then ${column} else '[]' end) as entry`
      : `pg_temp.names_in(${column}) as entry(value)`;
  for (const [kind, column] of [
    ['group', 'ut.candidate_groups'],
    ['user', 'ut.candidate_users'],
  ]) {
    await knex.raw(
      `insert into user_task_candidate (key, kind, name, stage, created_at)
       select distinct ut.key, '${kind}', cast(entry.value as text), ${STAGE}, ut.created_at
       from user_task ut, ${entries(column)} where entry.value is not null`,
    );
  }
}
