/** Who is in which group, role and tenant, below `/v2/groups`, `/v2/roles` and `/v2/tenants`. */
import { Router } from 'express';
import type { MakeChange } from '../../../access/directory/change.js';
import { addMember, removeMember } from '../../../access/directory/memberships.js';
import { COLLECTIONS, MEMBERSHIPS, memberPath, membersPath } from '../../../access/directory/operations.js';
import { notThere } from '../../../access/directory/words.js';
import type { Caller } from '../../../access/account.js';
import type { Runtime } from '../../../runtime/runtime.js';
import {
  GROUPS,
  MAPPING_RULES,
  ROLES,
  TENANTS,
  amongContainers,
  amongMembers,
  memberIds,
} from '../../../store/queries/directory.js';
import type { ContainerType, MemberType } from '../../../store/queries/memberships.js';
import { findByKey } from '../../../store/queries/search.js';
import type { Searchable } from '../../../store/queries/search-types.js';
import { callerOf } from '../../caller.js';
import { describeOperation } from '../../openapi/described.js';
import { refuse } from '../../problem.js';
import { runSearch } from '../../search.js';
import { amongVisible, ask, idField, made, pathId } from './asking.js';

/** How members of each type are found: people, clients and groups by their ids, what has more to it as it is. */
const IDS = {
  USER: memberIds('username', 'USER'),
  CLIENT: memberIds('clientId', 'CLIENT'),
  GROUP: memberIds('groupId', 'GROUP'),
} as const;
const CONTAINERS = { GROUP: GROUPS, ROLE: ROLES, TENANT: TENANTS } as const;
const ENTRIES = { ROLE: ROLES, MAPPING_RULE: MAPPING_RULES } as const;

function membersOf(
  caller: Caller,
  member: MemberType,
  container: ContainerType,
  id: string,
): Searchable<unknown> {
  if (member !== 'ROLE' && member !== 'MAPPING_RULE') return IDS[member](container, id);
  const seen = amongVisible<unknown>(caller, member, ENTRIES[member]);
  return amongMembers(seen, member, container, id);
}

/** The fields of a search for members, whatever they are members of. */
function fieldsOf(member: MemberType): Searchable<unknown> {
  return member === 'ROLE' || member === 'MAPPING_RULE' ? ENTRIES[member] : IDS[member]('GROUP', '');
}

/** The routes. */
export function membershipRoutes(runtime: Runtime, change: MakeChange): Router {
  const routes = Router();
  for (const { container, member } of MEMBERSHIPS) addRoutes(routes, runtime, change, container, member);
  addRolesOfGroup(routes, runtime);
  return routes;
}

function addRoutes(
  routes: Router,
  runtime: Runtime,
  change: MakeChange,
  container: ContainerType,
  member: MemberType,
): void {
  const { id: containerName } = COLLECTIONS[container];
  const { id: memberName } = COLLECTIONS[member];
  const one = memberPath(container, member);
  const all = `${membersPath(container, member)}/search`;

  describeOperation(`POST /v2${all}` as 'POST /v2/', { search: fieldsOf(member) });
  routes.post(all, async (request, response) => {
    const id = await visibleContainer(runtime, callerOf(request), container, pathId(request, containerName));
    const what = membersOf(callerOf(request), member, container, id);
    response.json(await runSearch(runtime, what, request));
  });

  for (const [method, work] of [
    ['put', addMember],
    ['delete', removeMember],
  ] as const) {
    routes[method](one, async (request, response) => {
      const caller = callerOf(request);
      const containerId = pathId(request, containerName);
      const memberId = pathId(request, memberName);
      ask(caller, 'UPDATE', container, containerId, notThere(container, containerId));
      if (member === 'CLIENT') checkClientId(memberId);
      const membership = { containerType: container, containerId, memberType: member, memberId };
      made(await change(caller, (inside) => work(inside, membership)));
      response.sendStatus(204);
    });
  }
}

/** The roles that a group has: it is a member of them. */
function addRolesOfGroup(routes: Router, runtime: Runtime): void {
  describeOperation('POST /v2/groups/:groupId/roles/search', { search: ROLES });
  routes.post('/groups/:groupId/roles/search', async (request, response) => {
    const caller = callerOf(request);
    const id = await visibleContainer(runtime, caller, 'GROUP', pathId(request, 'groupId'));
    const what = amongContainers(amongVisible(caller, 'ROLE', ROLES), 'ROLE', 'GROUP', id);
    response.json(await runSearch(runtime, what, request));
  });
}

/** The id of a container that is there and that the caller may see; refused with 404 otherwise. */
async function visibleContainer(
  { store }: Runtime,
  caller: Caller,
  type: ContainerType,
  id: string,
): Promise<string> {
  ask(caller, 'READ', type, id, notThere(type, id));
  const found = await findByKey<unknown>(store.knex, CONTAINERS[type], id);
  if (found === null) throw refuse('NOT_FOUND', notThere(type, id));
  return id;
}

/** A client is there as soon as it is named, so that its name has to be one. */
function checkClientId(clientId: string): void {
  const result = idField.safeParse(clientId);
  if (!result.success) throw refuse('INVALID_ARGUMENT', `The client id ${result.error.issues[0].message}.`);
}
