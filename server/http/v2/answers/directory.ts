/** What `/v2` answers about people, groups, roles, tenants, mapping rules, memberships and authorizations. */
import { z } from 'zod';
import { COLLECTIONS, MEMBERSHIPS, memberPath, membersPath } from '../../../access/directory/operations.js';
import { OWNER_TYPES, PERMISSIONS, TASK_PROPERTIES } from '../../../access/grants/permissions.js';
import type {
  AuthorizationItem,
  GroupItem,
  MappingRuleItem,
  RoleItem,
  TenantItem,
  UserItem,
} from '../../../store/queries/directory.js';
import type { ContainerType, MemberType } from '../../../store/queries/memberships.js';
import { DONE, found, key, created, pageOf } from '../../openapi/answer.js';
import type { Answer, Answers, Shape } from '../../openapi/answer.js';

const described = { name: z.string(), description: z.string().nullable() };
const user = z.strictObject({
  username: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
} satisfies Shape<UserItem>);
const group = z.strictObject({ groupId: z.string(), ...described } satisfies Shape<GroupItem>);
const role = z.strictObject({ roleId: z.string(), ...described } satisfies Shape<RoleItem>);
const tenant = z.strictObject({ tenantId: z.string(), ...described } satisfies Shape<TenantItem>);
const mappingRule = z.strictObject({
  mappingRuleId: z.string(),
  name: z.string(),
  claimName: z.string(),
  claimValue: z.string(),
} satisfies Shape<MappingRuleItem>);
const authorization = z.strictObject({
  authorizationKey: key,
  ownerType: z.enum(OWNER_TYPES),
  ownerId: z.string(),
  resourceType: z.enum(Object.keys(PERMISSIONS)),
  resourceId: z.string().nullable(),
  resourcePropertyName: z.enum(TASK_PROPERTIES).nullable(),
  permissionTypes: z.array(z.string()),
} satisfies Shape<AuthorizationItem>);

const ENTRIES = {
  USER: { item: user, name: 'User', search: 'searchUsers' },
  GROUP: { item: group, name: 'Group', search: 'searchGroups' },
  ROLE: { item: role, name: 'Role', search: 'searchRoles' },
  TENANT: { item: tenant, name: 'Tenant', search: 'searchTenants' },
  MAPPING_RULE: { item: mappingRule, name: 'MappingRule', search: 'searchMappingRule' },
} as const;

/** What members are called in the names of operations. */
const MEMBER_NAMES: Readonly<Record<MemberType, string>> = {
  USER: 'User',
  CLIENT: 'Client',
  GROUP: 'Group',
  ROLE: 'Role',
  MAPPING_RULE: 'MappingRule',
};

function entryAnswers(): [string, Answer][] {
  return (Object.keys(ENTRIES) as (keyof typeof ENTRIES)[]).flatMap((type): [string, Answer][] => {
    const { item, name, search } = ENTRIES[type];
    const { path, id } = COLLECTIONS[type];
    const one = `/v2/${path}/:${id}`;
    return [
      [`POST /v2/${path}`, { id: `create${name}`, replies: [created(item, 'It was made.')] }],
      [`POST /v2/${path}/search`, { id: search, replies: [pageOf(item)] }],
      [`GET ${one}`, { id: `get${name}`, replies: [found(item)] }],
      [`PUT ${one}`, { id: `update${name}`, replies: [found(item, 'As it is now.')] }],
      [`DELETE ${one}`, { id: `delete${name}`, replies: [DONE] }],
    ];
  });
}

function memberItem(member: MemberType): z.ZodType {
  if (member === 'ROLE') return role;
  if (member === 'MAPPING_RULE') return mappingRule;
  return z.strictObject({ [COLLECTIONS[member].id]: z.string() });
}

/** The reference gives roles to members, and puts members into groups and tenants. */
function namesOf(
  container: ContainerType,
  member: MemberType,
): { add: string; remove: string; search: string } {
  const name = MEMBER_NAMES[member];
  const plural = container === 'TENANT' && member === 'GROUP' ? 'GroupIds' : `${name}s`;
  const search = `search${plural}For${ENTRIES[container].name}`;
  if (container === 'ROLE') return { add: `assignRoleTo${name}`, remove: `unassignRoleFrom${name}`, search };
  const to = ENTRIES[container].name;
  return { add: `assign${name}To${to}`, remove: `unassign${name}From${to}`, search };
}

function memberAnswers(): [string, Answer][] {
  return MEMBERSHIPS.flatMap(({ container, member }): [string, Answer][] => {
    const { add, remove, search } = namesOf(container, member);
    const one = memberPath(container, member);
    return [
      [`PUT /v2${one}`, { id: add, replies: [DONE] }],
      [`DELETE /v2${one}`, { id: remove, replies: [DONE] }],
      [
        `POST /v2${membersPath(container, member)}/search`,
        { id: search, replies: [pageOf(memberItem(member))] },
      ],
    ];
  });
}

/** The answers. */
export const DIRECTORY_ANSWERS: Answers = {
  ...(Object.fromEntries([...entryAnswers(), ...memberAnswers()]) as Answers),
  'POST /v2/groups/:groupId/roles/search': { id: 'searchRolesForGroup', replies: [pageOf(role)] },
  'POST /v2/setup/user': { id: 'createAdminUser', replies: [created(user, 'The first administrator.')] },
  'POST /v2/authorizations': {
    id: 'createAuthorization',
    replies: [created(z.strictObject({ authorizationKey: key }), 'It was granted.')],
  },
  'POST /v2/authorizations/search': { id: 'searchAuthorizations', replies: [pageOf(authorization)] },
  'GET /v2/authorizations/:authorizationKey': { id: 'getAuthorization', replies: [found(authorization)] },
  'PUT /v2/authorizations/:authorizationKey': { id: 'updateAuthorization', replies: [DONE] },
  'DELETE /v2/authorizations/:authorizationKey': { id: 'deleteAuthorization', replies: [DONE] },
};
