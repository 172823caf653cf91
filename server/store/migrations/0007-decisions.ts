/**
 * Decisions: DMN files as they were deployed, the decisions in them, and each evaluation of one. Forms get version
 * tags, deployments remember which unchanged versions they held, and jobs say what they are for.
 */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `decision_requirements`, `decision_definition` and `decision_instance`; adds columns for bindings and jobs. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('decision_requirements', (table) => {
    keyColumn(knex, table);
    table.text('requirements_id').notNullable();
    whole(knex, table, 'version').notNullable();
    table.text('name').notNullable();
    table.text('imports').notNullable();
    whole(knex, table, 'deployment_key').notNullable();
    whole(knex, table, 'resource_key').notNullable();
    table.text('resource_name').notNullable();
    table.text('checksum').notNullable();
    table.unique(['requirements_id', 'version'], { indexName: 'decision_requirements_version' });
  });
  await knex.schema.createTable('decision_definition', (table) => {
    keyColumn(knex, table);
    table.text('decision_id').notNullable();
    whole(knex, table, 'version').notNullable();
    table.text('name').notNullable();
    table.text('version_tag');
    whole(knex, table, 'requirements_key').notNullable();
    whole(knex, table, 'deployment_key').notNullable();
    table.unique(['decision_id', 'version'], { indexName: 'decision_definition_version' });
    table.index(['requirements_key'], 'decision_definition_requirements');
  });
  await createInstances(knex);
  await knex.schema.alterTable('form', (table) => {
    table.text('version_tag');
  });
  await knex.schema.alterTable('deployment', (table) => {
    table.text('reused');
  });
  await knex.schema.alterTable('job', (table) => {
    table.text('kind').notNullable().defaultTo('BPMN_ELEMENT');
  });
}

/** One row for each decision of an evaluation; the keys of the instance are null where it was evaluated by itself. */
async function createInstances(knex: Knex): Promise<void> {
  await knex.schema.createTable('decision_instance', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'root_key');
    whole(knex, table, 'process_instance_key');
    whole(knex, table, 'process_definition_key');
    table.text('element_id');
    whole(knex, table, 'element_instance_key');
    whole(knex, table, 'evaluation_key').notNullable();
    whole(knex, table, 'place').notNullable();
    whole(knex, table, 'decision_definition_key').notNullable();
    whole(knex, table, 'root_decision_definition_key').notNullable();
    table.text('type').notNullable();
    table.text('state').notNullable();
    table.text('failure');
    table.text('result').notNullable();
    table.text('inputs').notNullable();
    table.text('matched_rules').notNullable();
    whole(knex, table, 'evaluated_at').notNullable();
    table.index(['evaluation_key', 'place'], 'decision_instance_evaluation');
    table.index(['decision_definition_key'], 'decision_instance_definition');
  });
  await knex.raw(
    'create index decision_instance_instance on decision_instance (process_instance_key) where process_instance_key is not null',
  );
}
