/**
 * People, groups, roles, tenants, mapping rules and authorizations: every operation on them by the unmodified official
 * client, which checks each answer to its last field.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW, directoryOf } from '../support/directory.js';
import type { Directory } from '../support/directory.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
let { client, found, person } = {} as Directory;

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  ({ client, found, person } = directoryOf(server.url));
});
afterAll(() => server.close());

describe('every operation, by the official client', () => {
  it('users', async () => {
    const made = { username: 'ada', name: 'Ada Lund', email: 'ada@example.com' };
    expect(await client.createUser({ ...made, password: 'secret' })).toEqual(made);
    expect(await client.getUser({ username: 'ada' }, NOW)).toEqual(made);
    expect(
      await found('searchUsers', { filter: { name: { $like: 'Ada*' } }, sort: [{ field: 'email' }] }),
    ).toEqual([made]);
    const changed = { username: 'ada', name: 'Ada Berg', email: 'ada@example.com' };
    expect(await client.updateUser({ username: 'ada', name: 'Ada Berg' })).toEqual(changed);
    await client.deleteUser({ username: 'ada' });
    await expect(client.getUser({ username: 'ada' }, NOW)).rejects.toThrow('NOT_FOUND');
    const bare = await client.createUser({ username: 'bare', password: 'secret' });
    expect(bare).toEqual({ username: 'bare', name: null, email: null });
    await client.deleteUser({ username: 'bare' });
    await expect(client.createAdminUser({ username: 'eve', password: 'x' })).rejects.toThrow('FORBIDDEN');
  });

  it.each([
    ['Group', 'groupId', 'Groups'],
    ['Role', 'roleId', 'Roles'],
    ['Tenant', 'tenantId', 'Tenants'],
  ])('%s', async (kind, id, plural) => {
    const made = { [id]: 'made', name: 'Made', description: 'by a test' };
    expect(await client[`create${kind}`](made)).toEqual(made);
    expect(await client[`get${kind}`]({ [id]: 'made' }, NOW)).toEqual(made);
    expect(await found(`search${plural}`, { filter: { [id]: 'made' }, sort: [{ field: 'name' }] })).toEqual([
      made,
    ]);
    const changed = { [id]: 'made', name: 'Changed', description: null };
    expect(await client[`update${kind}`]({ [id]: 'made', name: 'Changed' })).toEqual(changed);
    await expect(client[`create${kind}`](made)).rejects.toThrow('ALREADY_EXISTS');
    await client[`delete${kind}`]({ [id]: 'made' });
    await expect(client[`get${kind}`]({ [id]: 'made' }, NOW)).rejects.toThrow('NOT_FOUND');
  });

  it('mapping rules', async () => {
    const made = { mappingRuleId: 'r', name: 'R', claimName: 'groups', claimValue: 'finance' };
    expect(await client.createMappingRule(made)).toEqual(made);
    expect(await client.getMappingRule({ mappingRuleId: 'r' }, NOW)).toEqual(made);
    expect(await found('searchMappingRule', { filter: { claimName: 'groups' } })).toEqual([made]);
    const changed = { ...made, claimValue: 'buying' };
    expect(await client.updateMappingRule(changed)).toEqual(changed);
    await client.deleteMappingRule({ mappingRuleId: 'r' });
    expect(await found('searchMappingRule')).toEqual([]);
  });

  it('authorizations', async () => {
    await person('cy');
    const asked = {
      ownerType: 'USER',
      ownerId: 'cy',
      resourceType: 'PROCESS_DEFINITION',
      resourceId: 'invoice',
      permissionTypes: ['READ_PROCESS_INSTANCE', 'CREATE_PROCESS_INSTANCE'],
    };
    const { authorizationKey } = await client.createAuthorization(asked);
    const kept = {
      ...asked,
      permissionTypes: [...asked.permissionTypes].sort(),
      resourcePropertyName: null,
      authorizationKey,
    };
    expect(await client.getAuthorization({ authorizationKey }, NOW)).toEqual(kept);
    const filter = {
      ownerId: 'cy',
      ownerType: 'USER',
      resourceIds: ['invoice'],
      resourceType: 'PROCESS_DEFINITION',
    };
    expect(await found('searchAuthorizations', { filter, sort: [{ field: 'resourceType' }] })).toEqual([
      kept,
    ]);
    const byProperty = {
      ownerType: 'USER',
      ownerId: 'cy',
      resourceType: 'USER_TASK',
      resourcePropertyName: 'assignee',
      permissionTypes: ['READ'],
    };
    await client.updateAuthorization({ ...byProperty, authorizationKey });
    expect(await client.getAuthorization({ authorizationKey }, NOW)).toEqual({
      ...byProperty,
      resourceId: null,
      authorizationKey,
    });
    const { items } = await client.searchAuthorizations(
      { filter: { ownerId: 'cy', resourcePropertyNames: ['assignee'] } },
      NOW,
    );
    expect(items).toHaveLength(1);
    await client.deleteAuthorization({ authorizationKey });
    await expect(client.getAuthorization({ authorizationKey }, NOW)).rejects.toThrow('NOT_FOUND');
    await client.deleteUser({ username: 'cy' });
  });

  it('all authorizations there are, those of the built-in roles with them', async () => {
    const { items, page } = await client.searchAuthorizations({ page: { limit: 1000 } }, NOW);
    expect((items as object[]).length).toBe((page as { totalItems: number }).totalItems);
    expect(items).toContainEqual(
      expect.objectContaining({ ownerId: 'admin', resourceType: 'AUTHORIZATION' }),
    );
  });

  it('members of groups, roles and tenants', async () => {
    await person('dan');
    await client.createGroup({ groupId: 'g', name: 'G' });
    await client.createRole({ roleId: 'r', name: 'R' });
    await client.createTenant({ tenantId: 't', name: 'T' });
    await client.createMappingRule({ mappingRuleId: 'm', name: 'M', claimName: 'c', claimValue: 'v' });
    const ids = {
      username: 'dan',
      clientId: 'app',
      groupId: 'g',
      roleId: 'r',
      mappingRuleId: 'm',
      tenantId: 't',
    };
    const memberships: [assign: string, unassign: string, search: string, item: object][] = [
      ['assignUserToGroup', 'unassignUserFromGroup', 'searchUsersForGroup', { username: 'dan' }],
      ['assignClientToGroup', 'unassignClientFromGroup', 'searchClientsForGroup', { clientId: 'app' }],
      [
        'assignMappingRuleToGroup',
        'unassignMappingRuleFromGroup',
        'searchMappingRulesForGroup',
        { name: 'M' },
      ],
      ['assignRoleToUser', 'unassignRoleFromUser', 'searchUsersForRole', { username: 'dan' }],
      ['assignRoleToClient', 'unassignRoleFromClient', 'searchClientsForRole', { clientId: 'app' }],
      ['assignRoleToGroup', 'unassignRoleFromGroup', 'searchGroupsForRole', { groupId: 'g' }],
      ['assignRoleToGroup', 'unassignRoleFromGroup', 'searchRolesForGroup', { roleId: 'r' }],
      ['assignRoleToMappingRule', 'unassignRoleFromMappingRule', 'searchMappingRulesForRole', { name: 'M' }],
      ['assignUserToTenant', 'unassignUserFromTenant', 'searchUsersForTenant', { username: 'dan' }],
      ['assignClientToTenant', 'unassignClientFromTenant', 'searchClientsForTenant', { clientId: 'app' }],
      ['assignGroupToTenant', 'unassignGroupFromTenant', 'searchGroupIdsForTenant', { groupId: 'g' }],
      ['assignRoleToTenant', 'unassignRoleFromTenant', 'searchRolesForTenant', { roleId: 'r' }],
      [
        'assignMappingRuleToTenant',
        'unassignMappingRuleFromTenant',
        'searchMappingRulesForTenant',
        { name: 'M' },
      ],
    ];
    const containerOf = (search: string): object => {
      const container = /For(\w+)$/.exec(search)?.[1].toLowerCase() ?? '';
      return Object.fromEntries(Object.entries(ids).filter(([name]) => name === `${container}Id`));
    };
    for (const [assign, unassign, search, item] of memberships) {
      await client[assign](ids);
      await expect(client[assign](ids), assign).rejects.toThrow('ALREADY_EXISTS');
      const container = containerOf(search);
      expect(await found(search, container), search).toMatchObject([item]);
      await client[unassign](ids);
      expect(await found(search, container), search).toEqual([]);
      await expect(client[unassign](ids), unassign).rejects.toThrow('NOT_FOUND');
    }
    for (const remove of ['deleteUser', 'deleteGroup', 'deleteRole', 'deleteTenant', 'deleteMappingRule'])
      await client[remove](ids);
  });

  it('who one is', async () => {
    await person('ezra', ['task-worker']);
    await client.createGroup({ groupId: 'night', name: 'Night' });
    await client.createTenant({ tenantId: 'north', name: 'North' });
    await client.assignUserToGroup({ groupId: 'night', username: 'ezra' });
    await client.assignGroupToTenant({ tenantId: 'north', groupId: 'night' });
    const hers = createClient(server.url, { username: 'ezra', password: 'ezra' });
    expect(await hers.getAuthentication()).toMatchObject({
      username: 'ezra',
      groups: ['night'],
      roles: ['task-worker'],
      authorizedComponents: ['*'],
      tenants: [{ tenantId: '<default>' }, { tenantId: 'north', name: 'North' }],
    });
    await client.unassignRoleFromUser({ roleId: 'task-worker', username: 'ezra' });
    expect(await hers.getAuthentication()).toMatchObject({ roles: [], authorizedComponents: [] });
  });
});
