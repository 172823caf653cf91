/**
 * Nobody can give what they do not have: who administers a part of the access can hand on what was granted to them, and
 * only an administrator makes administrators. It counts for grants, for memberships that bring some, for mapping rules
 * that bring those, and for the password of somebody who has more.
 */
import type { AccessRows } from '../../store/access-rows.js';
import type { ContainerType, Owner } from '../../store/queries/memberships.js';
import type { Grant } from '../grants/permissions.js';
import { missing, visible } from '../grants/rights.js';
import { ADMIN_ROLE } from '../grants/roles.js';
import { forbidden } from './change.js';
import type { Change, Refusal } from './change.js';

type Holder = Owner | { readonly type: ContainerType; readonly id: string };

/** Why the caller cannot give these grants to anybody. */
export function refusesGrants({ admin, rights }: Change['caller'], grants: readonly Grant[]): Refusal {
  if (admin) return null;
  for (const { resourceType, permissions, scope } of grants) {
    for (const permission of permissions) {
      const own = visible(rights, permission, resourceType);
      if (own.all) continue;
      const { property } = scope;
      const holds =
        property === undefined ? own.ids.includes(scope.resourceId) : own.properties.includes(property);
      if (holds) continue;
      const which = missing(permission, resourceType, property === undefined ? scope.resourceId : property);
      return forbidden(`Nobody can give what they do not have. ${which}`);
    }
  }
  return null;
}

/** Why the caller cannot give what somebody has who is, or becomes, one of `holders`. */
export function refusesAllOf({ rows, caller }: Change, holders: readonly Holder[]): Refusal {
  if (caller.admin) return null;
  const all = withContainers(rows, holders);
  if (all.some(({ type, id }) => type === 'ROLE' && id === ADMIN_ROLE))
    return forbidden(
      'Only administrators can make administrators, and change what administrators sign in with.',
    );
  const grants = all.flatMap(({ type, id }) => (type === 'TENANT' ? [] : rows.grantsOf({ type, id })));
  return refusesGrants(caller, grants);
}

/** Holders with everything that they are members of, directly and through it. */
function withContainers(rows: AccessRows, holders: readonly Holder[]): Holder[] {
  const found = [...holders];
  for (const holder of found) {
    for (const { containerType: type, containerId: id } of rows.membershipsOf(holder))
      if (!found.some((one) => one.type === type && one.id === id)) found.push({ type, id });
  }
  return found;
}
