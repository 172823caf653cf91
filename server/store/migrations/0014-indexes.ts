/**
 * Indexes for pages that stay quick when a database is large: lists of process instances in the order of their start,
 * what ended in a time, open and done user tasks, and the rows of the journal that are rare among the movements of
 * tokens. What stands in the way of every step, such as an index on all rows of the journal by their type, does not
 * stand here: docs/performance.md says what each one costs.
 */
import type { Knex } from 'knex';
import { whole } from './columns.js';

/**
 * Adds indexes; three of the first version are replaced by ones that also know the order. Adds `audit_time`: the
 * positions from which on rows of the journal have another time than those before, so that a time leads to positions.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index process_instance_definition');
  await knex.raw('drop index process_instance_active');
  await knex.raw('drop index process_instance_incident');
  for (const index of INDEXES) await knex.raw(`create index ${index}`);
  await knex.schema.createTable('audit_time', (table) => {
    whole(knex, table, 'position').primary();
    whole(knex, table, 'at').notNullable();
    table.index(['at'], 'audit_time_at');
  });
  await knex.raw(
    `insert into audit_time (position, at) select position, at
       from (select position, at, lag(at) over (order by position) as before from audit) as rows
       where before is null or before <> at`,
  );
}

const INDEXES = [
  'process_instance_started on process_instance (started_at)',
  'process_instance_definition on process_instance (process_definition_key, started_at)',
  `process_instance_active on process_instance (process_definition_key, started_at) where state = 'ACTIVE'`,
  `process_instance_running on process_instance (started_at) where state = 'ACTIVE'`,
  'process_instance_ended on process_instance (process_definition_key, ended_at, state) where ended_at is not null',
  'process_instance_incident on process_instance (started_at) where incident_count > 0',
  `user_task_waiting on user_task (created_at) where state = 'CREATED'`,
  'user_task_done on user_task (completed_at) where completed_at is not null',
  `audit_rare on audit (type) where type not in ('element activated', 'element completed', 'flow taken', 'job created', 'job completed', 'variable created', 'variable updated', 'timer scheduled', 'timer cancelled')`,
  `audit_person on audit (actor) where actor >= 'user:' and actor < 'user;'`,
  `audit_agent on audit (actor) where actor >= 'agent:' and actor < 'agent;'`,
];
