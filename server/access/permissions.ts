/**
 * Who may do what: what an operation needs (`operations.ts`) against what the caller was granted. The first question is
 * answered by the grants alone; only where they name single resources is the resource of the path looked up.
 */
import type { Caller } from './account.js';
import { ANY } from './grants/permissions.js';
import type { Permission, ResourceType } from './grants/permissions.js';
import { decide, mayAny, visible } from './grants/rights.js';
import type { Resource, Rights } from './grants/rights.js';
import { ADMIN_ROLE, BUILT_IN_ROLES } from './grants/roles.js';
import { ACTS } from './operations.js';
import type { Act, Need, Needs, Place } from './operations.js';

/** What a place of a path leads to: the ids by which grants name it, by the type of the resource. */
export type Found = Readonly<Partial<Record<ResourceType, Omit<Resource, 'type'>>>>;

/** What the grants alone say: yes, no, or that it depends on where a place leads. */
export type FirstAnswer =
  { readonly kind: 'yes' } | { readonly kind: 'no' } | { readonly kind: 'depends'; readonly place: Place };

/** Asks the grants alone. */
export function askGrants(rights: Rights, needs: Needs): FirstAnswer {
  if (needs.length === 0) return { kind: 'yes' };
  let place: Place | undefined;
  for (const { type, permission, which } of needs) {
    if (which === 'asked' || which === 'seen') return { kind: 'yes' };
    const may = visible(rights, permission, type);
    if (may.all) return { kind: 'yes' };
    if (which === '*' || !mayAny(rights, permission, type)) continue;
    if (which === 'any') return { kind: 'yes' };
    place = which;
  }
  return place === undefined ? { kind: 'no' } : { kind: 'depends', place };
}

/** Whether one of the needs is met by the resource. */
export function askResource(rights: Rights, needs: Needs, found: Found): boolean {
  return needs.some(({ type, permission }) => {
    const resource = found[type];
    return resource !== undefined && decide(rights, permission, { type, ...resource });
  });
}

/** What somebody needs to see that a resource is there. */
const SEEING: Readonly<Partial<Record<ResourceType, readonly Permission[]>>> = {
  PROCESS_DEFINITION: ['READ_PROCESS_INSTANCE', 'READ_PROCESS_DEFINITION', 'READ_USER_TASK'],
  USER_TASK: ['READ'],
  DECISION_DEFINITION: ['READ_DECISION_DEFINITION', 'READ_DECISION_INSTANCE'],
  DECISION_REQUIREMENTS_DEFINITION: ['READ'],
  RESOURCE: ['READ'],
};

/** Whether the caller may know that the resource is there: what may not be seen is not there. */
export function maySee(rights: Rights, found: Found): boolean {
  return (Object.keys(found) as ResourceType[]).some((type) => {
    const resource = found[type];
    return (
      resource !== undefined &&
      (SEEING[type] ?? []).some((permission) => decide(rights, permission, { type, ...resource }))
    );
  });
}

/** The sentence that names what is missing, and the roles that have it. */
export function missingNeed({ type, permission }: Need, id: string = ANY): string {
  const which = id === ANY ? '' : ` "${id}"`;
  const roles = BUILT_IN_ROLES.filter(
    ({ roleId, grants }) =>
      roleId !== ADMIN_ROLE &&
      grants.some(
        (grant) =>
          grant.resourceType === type &&
          grant.permissions.includes(permission) &&
          grant.scope.resourceId === ANY,
      ),
  ).map(({ roleId }) => `"${roleId}"`);
  const [are, have] = roles.length === 1 ? ['role', 'has'] : ['roles', 'have'];
  const having = roles.length === 0 ? '' : `, which the ${are} ${roles.join(', ')} ${have}`;
  return `You need the permission ${permission} on ${type}${which}${having}. Ask an administrator for it.`;
}

/** Why the caller may not do it; null where it may. The first operation of an act stands for all. */
export function refusesAct({ rights }: Caller, act: Act): string | null {
  const [needs] = Object.values(ACTS[act]).filter((list) => list.length > 0);
  const isPossible = needs.some(({ type, permission }) => mayAny(rights, permission, type));
  return isPossible ? null : missingNeed(needs[0]);
}

/** Everything the caller may not do, with the reason. */
export function refusedActs(caller: Caller): Partial<Record<Act, string>> {
  const acts = Object.keys(ACTS) as Act[];
  return Object.fromEntries(
    acts.flatMap((act) => {
      const why = refusesAct(caller, act);
      return why === null ? [] : [[act, why]];
    }),
  );
}
