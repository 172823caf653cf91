/** What can be a member of what, and where in `/v2` that is: one table for routes, their description, and who may what. */
import type { ContainerType, MemberType } from '../../store/queries/memberships.js';
import type { ResourceType } from '../grants/permissions.js';
import type { Named } from './words.js';

/** Where things of a type are in an address. */
export interface Collection {
  readonly path: string;
  /** What their id is called, in addresses and in bodies. */
  readonly id: string;
}

/** The collections. */
export const COLLECTIONS: Readonly<Record<Named, Collection>> = {
  USER: { path: 'users', id: 'username' },
  CLIENT: { path: 'clients', id: 'clientId' },
  GROUP: { path: 'groups', id: 'groupId' },
  ROLE: { path: 'roles', id: 'roleId' },
  MAPPING_RULE: { path: 'mapping-rules', id: 'mappingRuleId' },
  TENANT: { path: 'tenants', id: 'tenantId' },
};

/** What can be a member of each container. */
export const MEMBERS: Readonly<Record<ContainerType, readonly MemberType[]>> = {
  GROUP: ['USER', 'CLIENT', 'MAPPING_RULE'],
  ROLE: ['USER', 'CLIENT', 'GROUP', 'MAPPING_RULE'],
  TENANT: ['USER', 'CLIENT', 'GROUP', 'ROLE', 'MAPPING_RULE'],
};

/** Every possible membership. */
export const MEMBERSHIPS = (Object.keys(MEMBERS) as ContainerType[]).flatMap((container) =>
  MEMBERS[container].map((member) => ({ container, member })),
);

/** The address of the members of one type, below `/v2`. */
export function membersPath(container: ContainerType, member: MemberType): string {
  const { path, id } = COLLECTIONS[container];
  return `/${path}/:${id}/${COLLECTIONS[member].path}`;
}

/** The address of one member, below `/v2`. */
export function memberPath(container: ContainerType, member: MemberType): string {
  return `${membersPath(container, member)}/:${COLLECTIONS[member].id}`;
}

/** What is made, changed and deleted by itself, each with its type of resource. */
export const DIRECTORY_ENTRIES: readonly (readonly [ResourceType, Collection])[] = [
  ...(['USER', 'GROUP', 'ROLE', 'TENANT', 'MAPPING_RULE'] as const).map(
    (type) => [type, COLLECTIONS[type]] as const,
  ),
  ['AUTHORIZATION', { path: 'authorizations', id: 'authorizationKey' }],
];
