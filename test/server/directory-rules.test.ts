/**
 * Who may change who is who and who may what: what is refused, to whom, what counts at once, and what the audit trail
 * says of it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW, directoryOf } from '../support/directory.js';
import type { Directory } from '../support/directory.js';
import { callsTo } from '../support/people.js';
import type { Answer, CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_TASK } from './models.js';

let server: TestServer;
let { client, found, person, grant } = {} as Directory;

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  ({ client, found, person, grant } = directoryOf(server.url));
  call = callsTo(server.url);
});
afterAll(() => server.close());

let call: CallAs;

function expectRefused(answer: Answer, status: number, ...words: string[]): void {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
  for (const word of words) expect(answer.body.detail).toContain(word);
}

describe('what is refused', () => {
  it('what does not exist, and what is not an id', async () => {
    const demo = (method: string, path: string, body?: object) => call('demo', method, path, body);
    expectRefused(await demo('PUT', '/v2/groups/none/users/mary'), 404, 'group "none"');
    expectRefused(await demo('PUT', '/v2/groups/managers/users/none'), 404, 'user "none"');
    expectRefused(await demo('PUT', '/v2/groups/managers/clients/a%20b'), 400, 'client id');
    expectRefused(await demo('POST', '/v2/users', { username: 'a b', password: 'x' }), 400, 'username');
    expectRefused(
      await demo('POST', '/v2/users', { username: 'a'.repeat(257), password: 'x' }),
      400,
      'username',
    );
    expectRefused(await demo('POST', '/v2/users', { username: 'ab', password: '' }), 400, 'password');
    expectRefused(await demo('POST', '/v2/users', { username: 'mary', password: 'x' }), 409, 'mary');
    expectRefused(await demo('POST', '/v2/groups/none/users/search', {}), 404, 'group "none"');
  });

  it('a grant that is none', async () => {
    const asked = {
      ownerType: 'USER',
      ownerId: 'mary',
      resourceType: 'GROUP',
      resourceId: '*',
      permissionTypes: ['READ'],
    };
    const post = (changes: object) => call('demo', 'POST', '/v2/authorizations', { ...asked, ...changes });
    expectRefused(await post({ permissionTypes: ['EVALUATE'] }), 400, 'EVALUATE', 'GROUP');
    expectRefused(await post({ resourcePropertyName: 'assignee' }), 400, 'resourceId');
    expectRefused(await post({ resourceId: undefined }), 400, 'resourceId');
    expectRefused(await post({ ownerType: 'UNSPECIFIED' }), 400, 'ownerType');
    expectRefused(await post({ permissionTypes: [] }), 400, 'permissionTypes');
    expectRefused(await post({ ownerId: 'nobody' }), 404, 'user "nobody"');
    expectRefused(await post({ ownerType: 'ROLE', ownerId: 'admin' }), 403, 'admin');
  });

  it('what the server needs: built-in roles, the role of administrators, the default tenant', async () => {
    const demo = (method: string, path: string, body?: object) => call('demo', method, path, body);
    expectRefused(await demo('DELETE', '/v2/roles/admin'), 403, 'admin');
    expectRefused(await demo('PUT', '/v2/roles/admin', { name: 'Boss' }), 403, 'admin');
    expectRefused(await demo('DELETE', '/v2/roles/operator'), 403, 'operator');
    expectRefused(await demo('DELETE', '/v2/tenants/%3Cdefault%3E'), 403, 'default');
    const { items } = (await client.searchAuthorizations(
      { filter: { ownerId: 'admin' } },
      NOW,
    )) as unknown as {
      items: { authorizationKey: string }[];
    };
    expectRefused(await demo('DELETE', `/v2/authorizations/${items[0].authorizationKey}`), 403, 'admin');
  });

  it('to take the last administrator away, in every way there is', async () => {
    const demo = (method: string, path: string) => call('demo', method, path);
    expectRefused(await demo('DELETE', '/v2/roles/admin/users/demo'), 403, 'demo is the last one');
    expectRefused(await demo('DELETE', '/v2/users/demo'), 403, 'demo is the last one');
    const erasure = { persons: ['demo'], legalGround: 'GDPR article 17', reason: 'asked to' };
    expectRefused(await call('demo', 'POST', '/api/erasures', erasure), 409, 'demo is the last one');
    // Now by a group alone.
    await client.createGroup({ groupId: 'chiefs', name: 'Chiefs' });
    await client.assignUserToGroup({ groupId: 'chiefs', username: 'demo' });
    await client.assignRoleToGroup({ roleId: 'admin', groupId: 'chiefs' });
    await client.unassignRoleFromUser({ roleId: 'admin', username: 'demo' });
    for (const path of [
      '/v2/groups/chiefs',
      '/v2/groups/chiefs/users/demo',
      '/v2/roles/admin/groups/chiefs',
      '/v2/users/demo',
    ])
      expectRefused(await demo('DELETE', path), 403, 'demo is the last one');
    await client.assignRoleToUser({ roleId: 'admin', username: 'demo' });
    await client.deleteGroup({ groupId: 'chiefs' });
  });
});

describe('who may', () => {
  const as = (username: string) => (method: string, path: string, body?: object) =>
    call(username, method, path, body);

  it('nothing by default, and what is not visible is not there', async () => {
    const emil = as('emil');
    expectRefused(await emil('GET', '/v2/users/mary'), 404, 'no user "mary"');
    expectRefused(await emil('GET', '/v2/users/nobody'), 404, 'no user "nobody"');
    expectRefused(await emil('PUT', '/v2/users/mary', { name: 'M' }), 404, 'no user "mary"');
    expectRefused(await emil('POST', '/v2/users', { username: 'x', password: 'x' }), 403, 'CREATE on USER');
    for (const path of ['users', 'groups', 'roles', 'tenants', 'mapping-rules', 'authorizations']) {
      const { body } = await emil('POST', `/v2/${path}/search`, {});
      expect(body, path).toMatchObject({ items: [], page: { totalItems: 0 } });
    }
  });

  it('one thing by its id: it is found and got, the others are neither, and what is not granted is named', async () => {
    await person('finn');
    await grant('finn', 'USER', 'mary', 'READ');
    await grant('finn', 'GROUP', 'managers', 'READ');
    const finn = as('finn');
    expect((await finn('POST', '/v2/users/search', {})).body).toMatchObject({
      items: [{ username: 'mary' }],
      page: { totalItems: 1, hasMoreTotalItems: false },
    });
    expect(await finn('GET', '/v2/users/mary')).toMatchObject({ status: 200, body: { username: 'mary' } });
    expectRefused(await finn('GET', '/v2/users/carlos'), 404);
    expectRefused(await finn('PUT', '/v2/users/mary', { name: 'M' }), 403, 'UPDATE on USER "mary"');
    expect((await finn('POST', '/v2/groups/managers/users/search', {})).body).toMatchObject({
      page: { totalItems: 2 },
    });
    expectRefused(await finn('POST', '/v2/groups/compliance/users/search', {}), 404);
    // A role that nobody may see is not seen through a group either.
    await client.assignRoleToGroup({ roleId: 'designer', groupId: 'managers' });
    expect((await finn('POST', '/v2/groups/managers/roles/search', {})).body).toMatchObject({ items: [] });
    await client.unassignRoleFromGroup({ roleId: 'designer', groupId: 'managers' });
  });

  it('counts at once when it is granted and when it is taken away', async () => {
    await person('gil');
    const gil = as('gil');
    expectRefused(await gil('POST', '/v2/groups', { groupId: 'gils', name: 'G' }), 403);
    const authorizationKey = await grant('gil', 'GROUP', '*', 'CREATE', 'READ');
    expect(await gil('POST', '/v2/groups', { groupId: 'gils', name: 'G' })).toMatchObject({ status: 201 });
    await client.deleteAuthorization({ authorizationKey });
    expectRefused(await gil('GET', '/v2/groups/gils'), 404);
  });

  it('nobody gives what they do not have', async () => {
    await person('hana');
    for (const type of ['AUTHORIZATION', 'GROUP', 'ROLE', 'USER', 'MAPPING_RULE'])
      await grant('hana', type, '*', 'CREATE', 'READ', 'UPDATE');
    await client.createGroup({ groupId: 'operators', name: 'Operators' });
    await client.assignRoleToGroup({ roleId: 'operator', groupId: 'operators' });
    const hana = as('hana');
    const post = (resourceType: string, resourceId: string, ...permissionTypes: string[]) =>
      hana('POST', '/v2/authorizations', {
        ownerType: 'USER',
        ownerId: 'hana',
        resourceType,
        resourceId,
        permissionTypes,
      });
    expectRefused(await post('GROUP', '*', 'READ', 'DELETE'), 403, 'DELETE on GROUP');
    expectRefused(await post('PROCESS_DEFINITION', 'invoice', 'READ_PROCESS_INSTANCE'), 403, 'invoice');
    expect(await post('GROUP', 'managers', 'READ')).toMatchObject({ status: 201 });
    expectRefused(await hana('PUT', '/v2/roles/operator/users/hana'), 403, 'Nobody can give');
    expectRefused(await hana('PUT', '/v2/groups/operators/users/hana'), 403, 'Nobody can give');
    expectRefused(await hana('PUT', '/v2/roles/admin/users/hana'), 403, 'Only administrators');
    // By the password of somebody who has more.
    expectRefused(await hana('PUT', '/v2/users/demo', { password: 'mine' }), 403, 'Only administrators');
    expectRefused(await hana('PUT', '/v2/users/mia', { password: 'mine' }), 403, 'Nobody can give');
    expect(await hana('PUT', '/v2/users/hana', { password: 'hana', name: 'Hana' })).toMatchObject({
      status: 200,
    });
    // By a rule that others meet.
    await client.createMappingRule({
      mappingRuleId: 'ops',
      name: 'Ops',
      claimName: 'team',
      claimValue: 'ops',
    });
    await client.assignRoleToMappingRule({ roleId: 'operator', mappingRuleId: 'ops' });
    const rule = { name: 'Ops', claimName: 'sub', claimValue: 'hana' };
    expectRefused(await hana('PUT', '/v2/mapping-rules/ops', rule), 403, 'Nobody can give');
    expect(
      await hana('PUT', '/v2/mapping-rules/ops', { ...rule, claimName: 'team', claimValue: 'ops' }),
    ).toMatchObject({ status: 200 });
  });
});

describe('an account', () => {
  async function signIn(username: string, password: string): Promise<{ status: number; cookie: string }> {
    const response = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    return { status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
  }

  async function whoIs(cookie: string): Promise<unknown> {
    const response = await fetch(`${server.url}/api/session`, { headers: { Cookie: cookie } });
    return ((await response.json()) as { user: { username: string } | null }).user?.username ?? null;
  }

  it('with a new password lets nobody in by the old one, and ends what was open', async () => {
    await person('ida');
    const { cookie } = await signIn('ida', 'ida');
    expect(await whoIs(cookie)).toBe('ida');
    expect(await call('ida', 'GET', '/v2/topology')).toMatchObject({ status: 200 });
    await client.updateUser({ username: 'ida', password: 'other' });
    expect(await whoIs(cookie)).toBeNull();
    expect(await call('ida', 'GET', '/v2/topology')).toMatchObject({ status: 401 });
    expect(await signIn('ida', 'other')).toMatchObject({ status: 204 });
    // A blank one changes nothing.
    await client.updateUser({ username: 'ida', password: '', name: 'Ida' });
    expect(await signIn('ida', 'other')).toMatchObject({ status: 204 });
  });

  it('that is deleted is out at once, and its tasks go back to those they are offered to', async () => {
    await person('jan', ['member']);
    await client.assignUserToGroup({ groupId: 'accounting', username: 'jan' });
    const resources = [new File([ONE_TASK], 'one-task.bpmn'), new File([DECISION_FORM], 'decision.form')];
    await client.createDeployment({ resources });
    await client.createProcessInstance({ processDefinitionId: 'one-task' });
    const [task] = await found('searchUserTasks', { filter: { processDefinitionId: 'one-task' } });
    const { userTaskKey } = task as { userTaskKey: string };
    await client.assignUserTask({ userTaskKey, assignee: 'jan' });
    const { cookie } = await signIn('jan', 'jan');
    expect(await call('jan', 'GET', '/v2/topology')).toMatchObject({ status: 200 });
    await client.deleteUser({ username: 'jan' });
    expect(await whoIs(cookie)).toBeNull();
    expect(await call('jan', 'GET', '/v2/topology')).toMatchObject({ status: 401 });
    expect(await client.getUserTask({ userTaskKey }, NOW)).toMatchObject({ assignee: null });
    expect(await found('searchUsersForGroup', { groupId: 'accounting' })).not.toContainEqual({
      username: 'jan',
    });
  });
});

describe('the audit trail', () => {
  it('has a row of each change with what was before, and no password', async () => {
    await client.createUser({ username: 'kai', password: 'a-secret-word', name: 'Kai' });
    await client.updateUser({ username: 'kai', name: 'Kai K', password: 'another-secret' });
    await client.createGroup({ groupId: 'kais', name: 'Kais' });
    await client.updateGroup({ groupId: 'kais', name: 'Kais', description: 'More' });
    await client.assignUserToGroup({ groupId: 'kais', username: 'kai' });
    const authorizationKey = await grant('kai', 'GROUP', 'kais', 'READ');
    await client.deleteUser({ username: 'kai' });
    await client.deleteGroup({ groupId: 'kais' });
    const { body } = await call('demo', 'GET', '/api/audit?limit=1000&actor=user:demo');
    const rows = (body.items as { type: string; data: object; position: number }[])
      .filter(({ data }) => JSON.stringify(data).includes('"kai'))
      .sort((one, other) => one.position - other.position);
    expect(JSON.stringify(rows)).not.toMatch(/a-secret-word|another-secret|scrypt/);
    const granted = {
      ...{ ownerType: 'USER', ownerId: 'kai', resourceType: 'GROUP', resourceId: 'kais' },
      ...{ resourcePropertyName: null, permissionTypes: ['READ'] },
    };
    const key = Number(authorizationKey);
    const entry = { kind: 'GROUP', id: 'kais' };
    const plain = { name: 'Kais', description: null };
    const told = { name: 'Kais', description: 'More' };
    const membership = { containerType: 'GROUP', containerId: 'kais', memberType: 'USER', memberId: 'kai' };
    expect(rows.map(({ type, data }) => [type, data])).toEqual([
      ['account created', { username: 'kai', groups: [], roles: [] }],
      [
        'account changed',
        {
          username: 'kai',
          before: { name: 'Kai', email: null },
          after: { name: 'Kai K', email: null },
          password: true,
        },
      ],
      ['access entry changed', { ...entry, change: 'created', before: null, after: plain }],
      ['access entry changed', { ...entry, change: 'changed', before: plain, after: told }],
      ['membership changed', { ...membership, change: 'added' }],
      ['authorization changed', { change: 'created', authorizationKey: key, before: null, after: granted }],
      ['authorization changed', { change: 'deleted', authorizationKey: key, before: granted, after: null }],
      ['account deleted', { username: 'kai', groups: ['kais'], roles: [], tenants: [] }],
      ['access entry changed', { ...entry, change: 'deleted', before: told, after: null }],
    ]);
  });
});
