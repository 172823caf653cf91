/** The roles of the product on a database of both kinds: new, of a former version, and with roles that people changed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/databases.js';
import { openRuntime } from '../../runtime/index.js';
import type { Runtime } from '../../runtime/runtime.js';
import { findGrants } from '../../store/queries/memberships.js';
import { openStore } from '../../store/store.js';
import { createIdentity } from '../identity.js';
import { BUILT_IN_ROLES } from '../grants/roles.js';
import type { BuiltInRole } from '../grants/roles.js';
import { decide } from '../grants/rights.js';
import { writeBuiltInRoles } from './built-in-roles.js';

let address: string;
let remove: () => Promise<void>;
let runtime: Runtime;

beforeEach(async () => {
  ({ address, remove } = await createTestDatabase());
  runtime = await openRuntime({ database: address });
});
afterEach(async () => {
  await runtime.shutdown();
  await remove();
});

/** Rows of a type in the trail, oldest first, without their content. */
async function told(type: string): Promise<Record<string, unknown>[]> {
  const rows = await runtime.store.knex('audit').where({ type }).orderBy('position').pluck<string[]>('data');
  return rows.map((data) => JSON.parse(data) as Record<string, unknown>);
}

async function permissionsOf(roleId: string): Promise<string[]> {
  const grants = await findGrants(runtime.store.knex, [{ type: 'ROLE', id: roleId }]);
  return grants.flatMap(({ resourceType, permissions }) =>
    permissions.map((one) => `${resourceType} ${one}`),
  );
}

/** The roles with one more permission for one of them, as a later version would have them. */
function later(roleId: string): BuiltInRole[] {
  const more = { resourceType: 'DOCUMENT', permissions: ['READ'], scope: { resourceId: '*' } } as const;
  return BUILT_IN_ROLES.map((role) =>
    role.roleId === roleId ? { ...role, grants: [...role.grants, more] } : role,
  );
}

test('are written once', async () => {
  await writeBuiltInRoles(runtime);
  await writeBuiltInRoles(runtime);
  const written = await told('built-in role written');
  expect(written.map(({ roleId, outcome }) => [roleId, outcome])).toEqual(
    BUILT_IN_ROLES.map(({ roleId }) => [roleId, 'written']),
  );
  expect(await permissionsOf('admin')).toContain('AUTHORIZATION CREATE');
});

test('are given what a new version adds, where nobody has changed them, and the trail says what', async () => {
  await writeBuiltInRoles(runtime);
  await writeBuiltInRoles(runtime, later('designer'));
  expect(await permissionsOf('designer')).toContain('DOCUMENT READ');
  const missing = [
    { resourceType: 'DOCUMENT', resourceId: '*', resourcePropertyName: null, permissionTypes: ['READ'] },
  ];
  expect((await told('built-in role written')).at(-1)).toEqual({
    roleId: 'designer',
    outcome: 'extended',
    missing,
  });
});

test('stay as somebody changed them, and the trail lists once what they were not given', async () => {
  await writeBuiltInRoles(runtime);
  const { knex } = runtime.store;
  const [key] = await knex('access_grant')
    .where({ owner_type: 'ROLE', owner_id: 'designer' })
    .pluck<number[]>('key');
  await knex('access_grant').where({ key }).delete();
  const before = await permissionsOf('designer');
  await writeBuiltInRoles(runtime);
  expect(await permissionsOf('designer')).toEqual(before);
  const now = (await told('built-in role written')).length;
  await writeBuiltInRoles(runtime, later('designer'));
  await writeBuiltInRoles(runtime, later('designer'));
  expect(await permissionsOf('designer')).toEqual(before);
  const after = (await told('built-in role written')).slice(now);
  expect(after).toMatchObject([{ roleId: 'designer', outcome: 'kept' }]);
  expect(JSON.stringify(after)).toContain('"resourceType":"DOCUMENT"');
});

test('take over those of a former version: everybody keeps what they may, and the trail says so', async () => {
  await runtime.shutdown();
  const old = await openStore(address);
  await toFormerVersion(old.knex);
  await old.close();

  runtime = await openRuntime({ database: address });
  await writeBuiltInRoles(runtime);
  expect(await told('access migrated')).toEqual([
    {
      accounts: 3,
      groups: 1,
      members: { admin: 1, auditor: 1, 'data-protection': 1, helpers: 1, member: 3, operator: 1 },
    },
  ]);
  const identity = createIdentity(runtime.store);
  const [ada, ben, cem] = await Promise.all(['ada', 'ben', 'cem'].map((name) => identity.person(name)));
  expect(ada?.roles).toEqual(['admin', 'member']);
  expect(ben).toMatchObject({ groups: ['finance'], roles: ['helpers', 'member', 'operator'] });
  expect(cem?.roles).toEqual(['auditor', 'data-protection', 'member']);
  const cancel = (who: typeof ada) =>
    who && decide(who.rights, 'CANCEL_PROCESS_INSTANCE', { type: 'PROCESS_DEFINITION', id: 'any' });
  expect([cancel(ada), cancel(ben), cancel(cem)]).toEqual([true, true, false]);

  await runtime.shutdown();
  runtime = await openRuntime({ database: address });
  await writeBuiltInRoles(runtime);
  expect(await told('access migrated')).toHaveLength(1);
});

/** Makes the schema as it was before, with an administrator, an operator in a group, and somebody without a role. */
async function toFormerVersion(knex: Awaited<ReturnType<typeof openStore>>['knex']): Promise<void> {
  for (const table of ['member', 'access_grant', 'tenant', 'mapping_rule', 'client'])
    await knex.schema.dropTable(table);
  await knex.schema.alterTable('session', (table) => void table.dropIndex(['username'], 'session_username'));
  await knex.raw('alter table account drop column deactivated_at');
  for (const column of ['written_hash', 'offered_hash'])
    await knex.raw(`alter table role drop column ${column}`);
  await knex('counter').where({ name: 'access' }).delete();
  await knex('role').delete();
  await knex('migration').where({ name: '0032-identity' }).delete();
  for (const kind of ['group', 'role']) {
    await knex.schema.createTable(`${kind}_member`, (table) => {
      table.text(`${kind}_id`).notNullable();
      table.text('username').notNullable();
    });
  }
  for (const username of ['ada', 'ben', 'cem'])
    await knex('account').insert({ username, name: username, password_hash: 'x', created_at: 1 });
  await knex('group').insert({ group_id: 'finance', name: 'finance' });
  for (const role of ['admin', 'operator', 'helpers', 'auditor'])
    await knex('role').insert({ role_id: role, name: role });
  await knex('group_member').insert({ group_id: 'finance', username: 'ben' });
  await knex('role_member').insert([
    { role_id: 'admin', username: 'ada' },
    { role_id: 'operator', username: 'ben' },
    { role_id: 'helpers', username: 'ben' },
    { role_id: 'auditor', username: 'cem' },
  ]);
}
