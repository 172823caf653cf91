/** What `decide` allows is what `visible` finds, for any grants and any resources. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_PERMISSIONS, ANY, TASK_PROPERTIES, isPermissionOf } from './permissions.js';
import type { Grant, Permission, ResourceType, Scope } from './permissions.js';
import { EVERYTHING, compileRights, decide, mayAny, missing, namesCaller, visible } from './rights.js';
import type { Names, TaskNames } from './rights.js';
import { ADMIN_ROLE, BUILT_IN_ROLES } from './roles.js';

const ids = fc.constantFrom('invoice', 'leave', 'onboarding');
const people = fc.constantFrom('ada', 'ben', 'cem');
const groups = fc.constantFrom('finance', 'hr');
const names: fc.Arbitrary<Names> = fc.record({
  username: fc.option(people),
  groups: fc.uniqueArray(groups),
});
const tasks: fc.Arbitrary<TaskNames> = fc.record({
  assignee: fc.option(people),
  candidateUsers: fc.uniqueArray(people),
  candidateGroups: fc.uniqueArray(groups),
});
const scopes: fc.Arbitrary<Scope> = fc.oneof(
  fc.record({ resourceId: fc.oneof(ids, fc.constant(ANY)) }),
  fc.record({ property: fc.constantFrom(...TASK_PROPERTIES) }),
);
const grants: fc.Arbitrary<Grant[]> = fc.array(
  fc.constantFrom<ResourceType>('PROCESS_DEFINITION', 'USER_TASK').chain((resourceType) =>
    fc.record({
      ownerType: fc.constant('USER' as const),
      ownerId: people,
      resourceType: fc.constant(resourceType),
      permissions: fc.uniqueArray(fc.constantFrom<Permission>(...ALL_PERMISSIONS[resourceType]), {
        minLength: 1,
      }),
      scope: scopes,
    }),
  ),
  { maxLength: 6 },
);

describe('rights', () => {
  it('find a task exactly where it may be got', () => {
    fc.assert(
      fc.property(grants, names, ids, tasks, (granted, who, id, task) => {
        const rights = compileRights(granted, who);
        for (const permission of ALL_PERMISSIONS.USER_TASK) {
          const which = visible(rights, permission, 'USER_TASK');
          const isFound =
            which.all ||
            which.ids.includes(id) ||
            which.properties.some((property) => namesCaller(task, property, who));
          expect(decide(rights, permission, { type: 'USER_TASK', id, task })).toBe(isFound);
          if (isFound) expect(mayAny(rights, permission, 'USER_TASK')).toBe(true);
        }
      }),
    );
  });

  it('are what was granted, and nothing else', () => {
    fc.assert(
      fc.property(grants, names, ids, (granted, who, id) => {
        const rights = compileRights(granted, who);
        for (const permission of ALL_PERMISSIONS.PROCESS_DEFINITION) {
          const isGranted = granted.some(
            (grant) =>
              grant.resourceType === 'PROCESS_DEFINITION' &&
              grant.permissions.includes(permission) &&
              (grant.scope.resourceId === ANY || grant.scope.resourceId === id),
          );
          expect(decide(rights, permission, { type: 'PROCESS_DEFINITION', id })).toBe(isGranted);
        }
      }),
    );
  });

  it('of the client that nobody signs in for have no end', () => {
    expect(decide(EVERYTHING, 'DELETE', { type: 'TENANT', id: 'x' })).toBe(true);
    expect(visible(EVERYTHING, 'READ', 'USER_TASK')).toEqual({ all: true });
  });

  it('say what is missing', () => {
    expect(missing('CREATE_PROCESS_INSTANCE', 'PROCESS_DEFINITION', 'leave')).toBe(
      'You need the permission CREATE_PROCESS_INSTANCE on PROCESS_DEFINITION "leave". Ask an administrator to grant it.',
    );
  });
});

describe('built-in roles', () => {
  it('grant what their resource types know, each once', () => {
    expect(new Set(BUILT_IN_ROLES.map(({ roleId }) => roleId)).size).toBe(BUILT_IN_ROLES.length);
    for (const { grants: list } of BUILT_IN_ROLES)
      for (const { resourceType, permissions } of list) {
        expect(permissions.every((permission) => isPermissionOf(resourceType, permission))).toBe(true);
        expect(new Set(permissions).size).toBe(permissions.length);
      }
  });

  it('let the administrator do everything, and who only looks change nothing', () => {
    const compile = (role: string) =>
      compileRights(
        (BUILT_IN_ROLES.find(({ roleId }) => roleId === role)?.grants ?? []).map((grant) => ({
          ...grant,
          ownerType: 'ROLE' as const,
          ownerId: role,
        })),
        { username: 'ada', groups: [] },
      );
    const [admin, looker] = [compile(ADMIN_ROLE), compile('readonly-admin')];
    for (const [type, permissions] of Object.entries(ALL_PERMISSIONS) as [
      ResourceType,
      readonly Permission[],
    ][])
      for (const permission of permissions) {
        expect(decide(admin, permission, { type, id: 'any' })).toBe(true);
        expect(decide(looker, permission, { type, id: 'any' })).toBe(/^(?:READ|ACCESS)/.test(permission));
      }
  });
});
