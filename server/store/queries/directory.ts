/** Searches people, groups, roles, tenants, mapping rules, who is a member of what, and what was granted. */
import type { Knex } from 'knex';
import { readJson } from '@countersign/engine';
import { PERMISSIONS } from '../../access/grants/permissions.js';
import type { GrantedText } from '../journal-events.js';
import type { ContainerType, MemberType } from './memberships.js';
import type { Field, Searchable, SpecialFilter } from './search-types.js';
import { reader } from './values.js';

/** A person, as the API gives them. */
export interface UserItem {
  readonly username: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** What a group, a role or a tenant is called. */
interface Named {
  readonly name: string;
  readonly description: string | null;
}

/** A group, as the API gives it. */
export type GroupItem = Named & { readonly groupId: string };
/** A role, as the API gives it. */
export type RoleItem = Named & { readonly roleId: string };
/** A tenant, as the API gives it. */
export type TenantItem = Named & { readonly tenantId: string };

/** A mapping rule, as the API gives it. */
export interface MappingRuleItem {
  readonly mappingRuleId: string;
  readonly name: string;
  readonly claimName: string;
  readonly claimValue: string;
}

/** An authorization, as the API gives it. */
export type AuthorizationItem = GrantedText & { readonly authorizationKey: string };

const USER_NAME = "nullif(u.name, '')";

/** Everybody with an account. */
export const USERS: Searchable<UserItem> = {
  from: (knex) => knex('account as u'),
  guards: null,
  key: 'u.username',
  select: { username: 'u.username', name: USER_NAME, email: 'u.email' },
  fields: {
    username: { sql: 'u.username', kind: 'text' },
    name: { sql: USER_NAME, kind: 'text', nullable: true },
    email: { sql: 'u.email', kind: 'text', nullable: true },
  },
  toItem(row) {
    const column = reader(row);
    return {
      username: column.text('username'),
      name: column.textOrNull('name'),
      email: column.textOrNull('email'),
    };
  },
};

/** The search of what has an id, a name and a description. */
function named<Id extends string>(
  table: string,
  id: Id,
  column: string,
  more: Readonly<Record<string, Field>> = {},
): Searchable<Named & Readonly<Record<Id, string>>> {
  return {
    from: (knex) => knex(`${table} as e`),
    guards: null,
    key: `e.${column}`,
    select: { id: `e.${column}`, name: 'e.name', description: 'e.description' },
    fields: {
      [id]: { sql: `e.${column}`, kind: 'text' },
      name: { sql: 'e.name', kind: 'text' },
      ...more,
    },
    toItem(row) {
      const item = reader(row);
      const ids = { [id]: item.text('id') } as Readonly<Record<Id, string>>;
      return { ...ids, name: item.text('name'), description: item.textOrNull('description') };
    },
  };
}

/** All groups. */
export const GROUPS: Searchable<GroupItem> = named('group', 'groupId', 'group_id');
/** All roles. */
export const ROLES: Searchable<RoleItem> = named('role', 'roleId', 'role_id');
/** All tenants; their keys are in the order in which they were made. */
export const TENANTS: Searchable<TenantItem> = named('tenant', 'tenantId', 'tenant_id', {
  key: { sql: 'e.created_at', kind: 'integer' },
});

/** All mapping rules. */
export const MAPPING_RULES: Searchable<MappingRuleItem> = {
  from: (knex) => knex('mapping_rule as e'),
  guards: null,
  key: 'e.mapping_rule_id',
  select: { id: 'e.mapping_rule_id', name: 'e.name', claimName: 'e.claim_name', claimValue: 'e.claim_value' },
  fields: {
    mappingRuleId: { sql: 'e.mapping_rule_id', kind: 'text' },
    name: { sql: 'e.name', kind: 'text' },
    claimName: { sql: 'e.claim_name', kind: 'text' },
    claimValue: { sql: 'e.claim_value', kind: 'text' },
  },
  toItem(row) {
    const column = reader(row);
    return {
      mappingRuleId: column.text('id'),
      name: column.text('name'),
      claimName: column.text('claimName'),
      claimValue: column.text('claimValue'),
    };
  },
};

/** Holds where a column has one of the given texts. */
function oneOf(name: string, column: string): SpecialFilter {
  return (query, value) => {
    if (!Array.isArray(value) || !value.every((text) => typeof text === 'string'))
      return `filter.${name} must be a list of texts.`;
    // Typed clients always write their lists: an empty one asks for nothing.
    if (value.length > 0) void query.whereIn(column, value);
    return null;
  };
}

/** What was granted about resources of the reference API; it has no words for those that are this server's own. */
export const AUTHORIZATIONS: Searchable<AuthorizationItem> = {
  from: (knex) => knex('access_grant as g').whereIn('g.resource_type', Object.keys(PERMISSIONS)),
  guards: null,
  key: 'g.key',
  select: {
    key: 'g.key',
    ownerType: 'g.owner_type',
    ownerId: 'g.owner_id',
    resourceType: 'g.resource_type',
    resourceId: 'g.resource_id',
    property: 'g.property',
    permissions: 'g.permissions',
  },
  fields: {
    ownerId: { sql: 'g.owner_id', kind: 'text' },
    ownerType: {
      sql: 'g.owner_type',
      kind: 'word',
      words: ['USER', 'CLIENT', 'ROLE', 'GROUP', 'MAPPING_RULE', 'UNSPECIFIED'],
    },
    resourceId: { sql: 'g.resource_id', kind: 'text', nullable: true },
    resourcePropertyName: { sql: 'g.property', kind: 'text', nullable: true },
    resourceType: { sql: 'g.resource_type', kind: 'word', words: Object.keys(PERMISSIONS) },
  },
  special: {
    resourceIds: oneOf('resourceIds', 'g.resource_id'),
    resourcePropertyNames: oneOf('resourcePropertyNames', 'g.property'),
  },
  toItem(row) {
    const column = reader(row);
    return {
      authorizationKey: column.key('key'),
      ownerType: column.text('ownerType'),
      ownerId: column.text('ownerId'),
      resourceType: column.text('resourceType'),
      resourceId: column.textOrNull('resourceId'),
      resourcePropertyName: column.textOrNull('property'),
      permissionTypes: readJson(column.text('permissions')) as string[],
    };
  },
};

/** The ids of the members of one type of a container, each as `{[id]: …}`. */
export function memberIds<Id extends string>(
  id: Id,
  memberType: MemberType,
): (containerType: ContainerType, containerId: string) => Searchable<Readonly<Record<Id, string>>> {
  return (containerType, containerId) => ({
    from: (knex) =>
      knex('member as m').where({
        container_type: containerType,
        container_id: containerId,
        member_type: memberType,
      }),
    guards: null,
    key: 'm.member_id',
    select: { id: 'm.member_id' },
    fields: { [id]: { sql: 'm.member_id', kind: 'text' } },
    toItem: (row) => ({ [id]: reader(row).text('id') }) as Readonly<Record<Id, string>>,
  });
}

/** A search among what is a member of a container. */
export function amongMembers<Item>(
  what: Searchable<Item>,
  memberType: MemberType,
  containerType: ContainerType,
  containerId: string,
): Searchable<Item> {
  return restricted(what, (query, knex) => {
    const members = knex('member')
      .where({ container_type: containerType, container_id: containerId, member_type: memberType })
      .select('member_id');
    void query.whereIn(what.key, members);
  });
}

/** A search among the containers that something is a member of. */
export function amongContainers<Item>(
  what: Searchable<Item>,
  containerType: ContainerType,
  memberType: MemberType,
  memberId: string,
): Searchable<Item> {
  return restricted(what, (query, knex) => {
    const containers = knex('member')
      .where({ member_type: memberType, member_id: memberId, container_type: containerType })
      .select('container_id');
    void query.whereIn(what.key, containers);
  });
}

/** A search among those whose key is one of these; among all where null. */
export function amongIds<Item>(
  what: Searchable<Item>,
  ids: readonly (string | number)[] | null,
): Searchable<Item> {
  return ids === null ? what : restricted(what, (query) => void query.whereIn(what.key, ids));
}

function restricted<Item>(
  what: Searchable<Item>,
  restrict: (query: Knex.QueryBuilder, knex: Knex) => void,
): Searchable<Item> {
  return {
    ...what,
    from(knex) {
      const query = what.from(knex);
      restrict(query, knex);
      return query;
    },
  };
}

/** Tenants by their ids, in the order of their names. */
export async function findTenants(knex: Knex, ids: readonly string[]): Promise<TenantItem[]> {
  return knex('tenant')
    .whereIn('tenant_id', ids)
    .orderBy('name')
    .select<TenantItem[]>({ tenantId: 'tenant_id', name: 'name', description: 'description' });
}
