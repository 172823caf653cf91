/**
 * Projections of the journal that the API, job workers and timers read. All of it can be rebuilt from
 * `audit`, but for the lease of a job (`worker`, `deadline`). Times are milliseconds since the epoch.
 */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes the tables of process instances and of what is inside them. */
export async function up(knex: Knex): Promise<void> {
  await createInstances(knex);
  await createJobs(knex);
  await createUserTasks(knex);
  await knex.schema.createTable('incident', (table) => {
    keyColumn(knex, table);
    place(knex, table);
    table.text('error_type').notNullable();
    table.text('error_message').notNullable();
    whole(knex, table, 'job_key');
    table.text('resume').notNullable();
    table.text('state').notNullable();
    whole(knex, table, 'created_at').notNullable();
    whole(knex, table, 'resolved_at');
    table.index(['process_instance_key'], 'incident_instance');
  });
  await knex.raw(`create index incident_active on incident (process_definition_key) where state = 'ACTIVE'`);
  await knex.schema.createTable('timer', (table) => {
    keyColumn(knex, table);
    subscriber(knex, table);
    whole(knex, table, 'due_at').notNullable();
    whole(knex, table, 'repetitions').notNullable();
    table.text('interval');
    table.index(['due_at'], 'timer_due');
  });
}

async function createInstances(knex: Knex): Promise<void> {
  await knex.schema.createTable('process_instance', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'root_key').notNullable();
    whole(knex, table, 'process_definition_key').notNullable();
    whole(knex, table, 'parent_process_instance_key');
    whole(knex, table, 'parent_element_instance_key');
    table.text('state').notNullable();
    whole(knex, table, 'started_at').notNullable();
    whole(knex, table, 'ended_at');
    whole(knex, table, 'incident_count').notNullable();
    table.text('tags');
    table.text('business_id');
    table.text('message_lock');
    table.index(['process_definition_key'], 'process_instance_definition');
  });
  const partial = [
    `process_instance_active on process_instance (process_definition_key) where state = 'ACTIVE'`,
    `process_instance_parent on process_instance (parent_process_instance_key) where parent_process_instance_key is not null`,
    `process_instance_business on process_instance (business_id) where business_id is not null`,
    `process_instance_incident on process_instance (key) where incident_count > 0`,
    `process_instance_lock on process_instance (message_lock) where message_lock is not null and state = 'ACTIVE'`,
  ];
  for (const index of partial) await knex.raw(`create index ${index}`);
  await knex.schema.createTable('element_instance', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'root_key').notNullable();
    whole(knex, table, 'process_instance_key').notNullable();
    whole(knex, table, 'process_definition_key').notNullable();
    table.text('element_id').notNullable();
    table.text('type').notNullable();
    whole(knex, table, 'scope_key').notNullable();
    table.text('state').notNullable();
    whole(knex, table, 'started_at').notNullable();
    whole(knex, table, 'ended_at');
    whole(knex, table, 'incident_key');
    table.index(['process_instance_key'], 'element_instance_instance');
  });
  await knex.raw(
    `create index element_instance_active on element_instance (process_definition_key, element_id) where state = 'ACTIVE'`,
  );
  await knex.schema.createTable('variable', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'root_key').notNullable();
    whole(knex, table, 'process_instance_key').notNullable();
    whole(knex, table, 'scope_key').notNullable();
    table.text('name').notNullable();
    table.text('value').notNullable();
    table.index(['process_instance_key'], 'variable_instance');
  });
}

/**
 * `available_at`: from when a worker may take the job; null while it is over or has no retries left. `listens`: for a
 * listener's job, whether it is asked at the start or the end.
 */
async function createJobs(knex: Knex): Promise<void> {
  await knex.schema.createTable('job', (table) => {
    keyColumn(knex, table);
    place(knex, table);
    table.text('type').notNullable();
    table.text('listens');
    whole(knex, table, 'priority').notNullable();
    table.text('state').notNullable();
    whole(knex, table, 'retries').notNullable();
    whole(knex, table, 'available_at');
    whole(knex, table, 'created_at').notNullable();
    whole(knex, table, 'updated_at').notNullable();
    whole(knex, table, 'ended_at');
    table.text('error_code');
    table.text('error_message');
    table.text('worker');
    whole(knex, table, 'deadline');
    table.index(['process_instance_key'], 'job_instance');
  });
  await knex.raw(
    `create index job_available on job (type, priority, available_at) where available_at is not null`,
  );
}

async function createUserTasks(knex: Knex): Promise<void> {
  await knex.schema.createTable('user_task', (table) => {
    keyColumn(knex, table);
    place(knex, table);
    table.text('name');
    table.text('state').notNullable();
    table.text('assignee');
    table.text('candidate_groups').notNullable();
    table.text('candidate_users').notNullable();
    table.text('due_date');
    table.text('follow_up_date');
    whole(knex, table, 'priority').notNullable();
    whole(knex, table, 'form_key');
    table.text('external_form_reference');
    whole(knex, table, 'created_at').notNullable();
    whole(knex, table, 'completed_at');
    table.index(['process_instance_key'], 'user_task_instance');
  });
  await knex.raw(`create index user_task_open on user_task (assignee) where state = 'CREATED'`);
}

/** The columns that say where in an instance a row belongs. */
function place(knex: Knex, table: Knex.CreateTableBuilder): void {
  whole(knex, table, 'root_key').notNullable();
  whole(knex, table, 'process_instance_key').notNullable();
  whole(knex, table, 'process_definition_key').notNullable();
  table.text('element_id').notNullable();
  whole(knex, table, 'element_instance_key').notNullable();
}

/** As `place`, but a start event belongs to a definition alone. */
function subscriber(knex: Knex, table: Knex.CreateTableBuilder): void {
  whole(knex, table, 'root_key');
  whole(knex, table, 'process_instance_key');
  whole(knex, table, 'process_definition_key').notNullable();
  table.text('element_id').notNullable();
  whole(knex, table, 'element_instance_key');
}
