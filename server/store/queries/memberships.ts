/** Who is a member of what, directly and through it, and what was granted to them. */
import type { Knex } from 'knex';
import { readJson } from '@countersign/engine';
import type {
  Grant,
  OwnerType,
  Permission,
  ResourceType,
  TaskProperty,
} from '../../access/grants/permissions.js';

/** What has members. */
export const CONTAINER_TYPES = ['GROUP', 'ROLE', 'TENANT'] as const;
/** See `CONTAINER_TYPES`. */
export type ContainerType = (typeof CONTAINER_TYPES)[number];

/** What can be a member; a group of roles and tenants, a role of tenants. */
export type MemberType = 'USER' | 'CLIENT' | 'GROUP' | 'ROLE' | 'MAPPING_RULE';

/** Somebody or something that is a member, or was granted something. */
export interface Owner {
  readonly type: OwnerType;
  readonly id: string;
}

/** What owners are members of, by type, each list in order. */
export type Containers = Readonly<Record<ContainerType, readonly string[]>>;

/** The ways from a person, a client or a mapping rule to what it is in: groups, their roles, and the tenants of all of them. */
const MOST_STEPS = 3;

/** Everything that owners are members of, directly, through groups, and through roles. */
export async function findContainers(knex: Knex, owners: readonly Owner[]): Promise<Containers> {
  const found = { GROUP: new Set<string>(), ROLE: new Set<string>(), TENANT: new Set<string>() };
  let asking = owners;
  for (let step = 0; step < MOST_STEPS && asking.length > 0; step += 1) {
    const rows = await knex('member')
      .where((any) => {
        for (const { type, id } of asking) void any.orWhere({ member_type: type, member_id: id });
      })
      .select<{ type: ContainerType; id: string }[]>({ type: 'container_type', id: 'container_id' });
    const next: Owner[] = [];
    for (const { type, id } of rows) {
      if (found[type].has(id)) continue;
      found[type].add(id);
      if (type !== 'TENANT') next.push({ type, id });
    }
    asking = next;
  }
  return { GROUP: inOrder(found.GROUP), ROLE: inOrder(found.ROLE), TENANT: inOrder(found.TENANT) };
}

function inOrder(ids: ReadonlySet<string>): string[] {
  return [...ids].sort((one, other) => (one < other ? -1 : 1));
}

/** A row of `access_grant`. */
export interface GrantRow {
  readonly owner_type: string;
  readonly owner_id: string;
  readonly resource_type: string;
  readonly resource_id: string | null;
  readonly property: string | null;
  readonly permissions: string;
}

/** The columns of `access_grant` that a grant is read from. */
export const GRANT_COLUMNS = [
  'owner_type',
  'owner_id',
  'resource_type',
  'resource_id',
  'property',
  'permissions',
] as const;

/** Everything that was granted to one of the owners. */
export async function findGrants(knex: Knex, owners: readonly Owner[]): Promise<Grant[]> {
  if (owners.length === 0) return [];
  const rows = await knex('access_grant')
    .where((any) => {
      for (const { type, id } of owners) void any.orWhere({ owner_type: type, owner_id: id });
    })
    .select<GrantRow[]>(...GRANT_COLUMNS);
  return rows.map(toGrant);
}

/** A grant from its row. */
export function toGrant(row: GrantRow): Grant {
  return {
    ownerType: row.owner_type as OwnerType,
    ownerId: row.owner_id,
    resourceType: row.resource_type as ResourceType,
    permissions: readJson(row.permissions) as Permission[],
    scope:
      row.property === null
        ? { resourceId: row.resource_id ?? '' }
        : { property: row.property as TaskProperty },
  };
}

/** All mapping rules: there are few, and which of them claims meet is not for SQL to say. */
export async function findMappingRules(
  knex: Knex,
): Promise<{ mappingRuleId: string; claimName: string; claimValue: string }[]> {
  return knex('mapping_rule').select<{ mappingRuleId: string; claimName: string; claimValue: string }[]>({
    mappingRuleId: 'mapping_rule_id',
    claimName: 'claim_name',
    claimValue: 'claim_value',
  });
}
