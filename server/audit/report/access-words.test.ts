/** What an auditor reads about changes of access. */
import { expect, test } from 'vitest';
import { accessWords } from './access-words.js';

const grant = {
  ownerType: 'ROLE',
  ownerId: 'clerk',
  resourceType: 'PROCESS_DEFINITION',
  resourceId: 'invoice',
  resourcePropertyName: null,
  permissionTypes: ['READ_PROCESS_INSTANCE'],
};

test.each<[string, object, string]>([
  [
    'account changed',
    {
      username: 'kai',
      before: { name: 'Kai', email: null },
      after: { name: 'Kai K', email: null },
      password: true,
    },
    'The user "kai" was changed: name from Kai to Kai K; a new password was set.',
  ],
  [
    'account deleted',
    { username: 'kai', groups: ['finance'], roles: [], tenants: [] },
    'The user "kai" was deleted: was in the groups finance.',
  ],
  [
    'membership changed',
    {
      change: 'added',
      containerType: 'ROLE',
      containerId: 'admin',
      memberType: 'GROUP',
      memberId: 'chiefs',
    },
    'The group "chiefs" was put into the role "admin".',
  ],
  [
    'authorization changed',
    {
      change: 'changed',
      authorizationKey: 7,
      before: grant,
      after: {
        ...grant,
        resourceType: 'USER_TASK',
        resourceId: null,
        resourcePropertyName: 'assignee',
        permissionTypes: ['READ'],
      },
    },
    'The role "clerk" may no longer READ_PROCESS_INSTANCE on PROCESS_DEFINITION, "invoice". The role "clerk" may READ on USER_TASK, those that name them as assignee.',
  ],
  [
    'access entry changed',
    {
      change: 'created',
      kind: 'TENANT',
      id: 'north',
      before: null,
      after: { name: 'North', description: null },
    },
    'The tenant "north" was created: name from – to North.',
  ],
  [
    'built-in role written',
    {
      roleId: 'designer',
      outcome: 'kept',
      missing: [{ ...grant, resourceType: 'DOCUMENT', resourceId: '*', permissionTypes: ['READ'] }],
    },
    'The role "designer" was changed by somebody and stays so. This version would have given it more: READ on DOCUMENT, all of them.',
  ],
])('%s', (type, data, words) => {
  expect(accessWords(type, data)).toBe(words);
});

test('rows about anything else have words of their own', () => {
  expect(accessWords('retention set', { processId: 'p', days: 3 })).toBeNull();
  expect(accessWords('constructor', {})).toBeNull();
});
