/**
 * Who is who, as data: people, clients, groups, roles, tenants and mapping rules, who is a member of what, and who was
 * granted what. Everybody keeps what they may: each account becomes a member of the role `member`, and is in the groups
 * and roles that it was in.
 */
import type { Knex } from 'knex';
import { writeJson } from '@countersign/engine';
import { keyColumn, whole } from './columns.js';

/** The setting that says what was migrated, until the audit trail says so. */
export const MIGRATED = 'access-migrated';

/** Makes `member` of `group_member` and `role_member`, and `access_grant`, `tenant`, `mapping_rule` and `client`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('member', (table) => {
    table.text('container_type').notNullable();
    table.text('container_id').notNullable();
    table.text('member_type').notNullable();
    table.text('member_id').notNullable();
    table.primary(['container_type', 'container_id', 'member_type', 'member_id']);
    table.index(['member_type', 'member_id'], 'member_containers');
  });
  await knex.schema.createTable('access_grant', (table) => {
    keyColumn(knex, table);
    table.text('owner_type').notNullable();
    table.text('owner_id').notNullable();
    table.text('resource_type').notNullable();
    table.text('resource_id');
    table.text('property');
    table.text('permissions').notNullable();
    table.index(['owner_type', 'owner_id'], 'access_grant_owner');
    table.index(['resource_type', 'resource_id'], 'access_grant_resource');
  });
  await knex.schema.createTable('tenant', (table) => {
    table.text('tenant_id').primary();
    table.text('name').notNullable();
    table.text('description');
    whole(knex, table, 'created_at').notNullable();
  });
  await knex.schema.createTable('mapping_rule', (table) => {
    table.text('mapping_rule_id').primary();
    table.text('name').notNullable();
    table.text('claim_name').notNullable();
    table.text('claim_value').notNullable();
    table.index(['claim_name', 'claim_value'], 'mapping_rule_claim');
  });
  await knex.schema.createTable('client', (table) => {
    table.text('client_id').primary();
    table.text('name').notNullable();
  });
  await knex.schema.alterTable('account', (table) => {
    whole(knex, table, 'deactivated_at');
  });
  await knex.schema.alterTable('role', (table) => {
    // Hashes of a built-in role as the product wrote it last, and as it would write it had nobody changed it.
    table.text('written_hash');
    table.text('offered_hash');
  });
  await knex.schema.alterTable('session', (table) => {
    table.index(['username'], 'session_username');
  });
  await knex('tenant').insert({ tenant_id: '<default>', name: 'Default', created_at: 0 });
  await knex('counter').insert({ name: 'access', value: 0 });
  await moveMembers(knex);
}

async function moveMembers(knex: Knex): Promise<void> {
  for (const [type, kind] of [
    ['GROUP', 'group'],
    ['ROLE', 'role'],
  ]) {
    await knex.raw(
      `insert into member (container_type, container_id, member_type, member_id)
       select '${type}', ${kind}_id, 'USER', username from ${kind}_member`,
    );
    await knex.schema.dropTable(`${kind}_member`);
  }
  // Who could export could erase as well, until these became duties of two roles.
  await knex.raw(
    `insert into member (container_type, container_id, member_type, member_id)
     select 'ROLE', 'data-protection', 'USER', auditor.member_id from member as auditor
     where auditor.container_type = 'ROLE' and auditor.container_id = 'auditor' and auditor.member_id not in
       (select member_id from member where container_type = 'ROLE' and container_id = 'data-protection')`,
  );
  await knex.raw(
    `insert into member (container_type, container_id, member_type, member_id)
     select 'ROLE', 'member', 'USER', username from account
     where username not in (select member_id from member where container_type = 'ROLE' and container_id = 'member')`,
  );
  const accounts = await countOf(knex, 'account');
  if (accounts === 0) return;
  const roles = await knex('member')
    .where({ container_type: 'ROLE' })
    .groupBy('container_id')
    .orderBy('container_id')
    .select('container_id')
    .count<{ container_id: string; members: number | string }[]>({ members: '*' });
  await knex('setting').insert({
    name: MIGRATED,
    value: writeJson({
      accounts,
      groups: await countOf(knex, 'group'),
      members: Object.fromEntries(roles.map(({ container_id, members }) => [container_id, Number(members)])),
    }),
  });
}

async function countOf(knex: Knex, table: string): Promise<number> {
  const [{ rows }] = await knex(table).count<{ rows: number | string }[]>({ rows: '*' });
  return Number(rows);
}
