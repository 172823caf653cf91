/**
 * What grants let through: for people with different grants and resources of three processes, a resource is found by a
 * search exactly where it may be got, no figure counts what may not be seen, and what is hidden is answered as what does
 * not exist.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryOf } from '../support/directory.js';
import { callsTo } from '../support/people.js';
import type { CallAs } from '../support/people.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_TASK } from './models.js';

const PROCESSES = ['alpha', 'beta', 'gamma'];
/** A key that nothing has. */
const NOTHING = '9007199254740001';

/** What is searched and got by its key. */
const KINDS = [
  ['process-definitions', 'processDefinitionKey'],
  ['process-instances', 'processInstanceKey'],
  ['element-instances', 'elementInstanceKey'],
  ['variables', 'variableKey'],
  ['user-tasks', 'userTaskKey'],
] as const;

type Item = Record<string, string>;

let server: TestServer;
let call: CallAs;
/** Everything there is of each kind. */
const all = new Map<string, Item[]>();

async function search(
  who: string | null,
  kind: string,
): Promise<{ status: number; items: Item[]; total: number }> {
  const { status, body } = await call(who, 'POST', `/v2/${kind}/search`, { page: { limit: 1000 } });
  const page = body.page as { totalItems: number } | undefined;
  return { status, items: (body.items ?? []) as Item[], total: page?.totalItems ?? 0 };
}

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
  const files = PROCESSES.map(
    (id) => new File([ONE_TASK.replace('"one-task"', `"${id}"`).replace('accounting', id)], `${id}.bpmn`),
  );
  await createClient(server.url).createDeployment({
    resources: [...files, new File([DECISION_FORM], 'decision.form')],
  });
  for (const id of PROCESSES)
    for (const amount of [1, 2])
      await call(null, 'POST', '/v2/process-instances', { processDefinitionId: id, variables: { amount } });
  const { person, grant } = directoryOf(server.url);
  for (const name of ['none', 'tasks', 'reader', 'starter', 'clerk', 'group']) await person(name);
  const given = (ownerId: string, resourceId: string, ...permissions: string[]) =>
    grant(ownerId, 'PROCESS_DEFINITION', resourceId, ...permissions);
  await given('reader', 'alpha', 'READ_PROCESS_DEFINITION', 'READ_PROCESS_INSTANCE');
  await given('starter', 'beta', 'CREATE_PROCESS_INSTANCE', 'READ_PROCESS_DEFINITION');
  await given('clerk', 'gamma', 'READ_USER_TASK', 'CANCEL_PROCESS_INSTANCE');
  await given('clerk', 'alpha', 'READ_PROCESS_INSTANCE');
  await call('demo', 'PUT', '/v2/roles/task-worker/users/tasks');
  await call('demo', 'POST', '/v2/groups', { groupId: 'beta', name: 'Beta' });
  await call('demo', 'PUT', '/v2/groups/beta/users/tasks');
  await call('demo', 'PUT', '/v2/groups/beta/users/group');
  await call('demo', 'POST', '/v2/authorizations', {
    ownerType: 'GROUP',
    ownerId: 'beta',
    resourceType: 'PROCESS_DEFINITION',
    resourceId: 'beta',
    permissionTypes: ['READ_PROCESS_INSTANCE', 'READ_PROCESS_DEFINITION'],
  });
  for (const [kind] of KINDS) all.set(kind, (await search(null, kind)).items);
});
afterAll(() => server.close());

const PEOPLE = ['none', 'tasks', 'reader', 'starter', 'clerk', 'group', 'mary', 'demo'];

describe.each(PEOPLE)('%s', (who) => {
  it.each(KINDS)('finds of %s exactly what may be got', async (kind, key) => {
    const found = await search(who, kind);
    const wanted: string[] = [];
    for (const item of all.get(kind) ?? []) {
      const { status } = await call(who, 'GET', `/v2/${kind}/${item[key]}`);
      expect([200, 403, 404]).toContain(status);
      if (status === 200) wanted.push(item[key]);
    }
    wanted.sort();
    expect(found.items.map((item) => item[key]).sort()).toEqual(wanted);
    expect([found.status, found.total]).toEqual([200, wanted.length]);
  });

  it('is answered about what is hidden as about what does not exist', async () => {
    for (const [kind, key] of KINDS) {
      const visible = new Set((await search(who, kind)).items.map((item) => item[key]));
      const hidden = (all.get(kind) ?? []).find((item) => !visible.has(item[key]));
      if (!hidden) continue;
      const answers = await Promise.all(
        [hidden[key], NOTHING].map(async (value) => {
          const { status, body } = await call(who, 'GET', `/v2/${kind}/${value}`);
          const { instance: _instance, ...told } = body;
          return JSON.stringify({ status, told }).replaceAll(value, 'KEY');
        }),
      );
      // Whoever sees the definition may be told which permission the instance needs.
      if (!answers[0].includes('You need the permission')) expect(answers[0]).toBe(answers[1]);
    }
  });

  it('is told of no more on the home page than can be found', async () => {
    const { body } = await call(who, 'GET', '/api/overview');
    const instances = (await search(who, 'process-instances')).total;
    const tasks = (await search(who, 'user-tasks')).total;
    expect(body).toMatchObject({ activeInstances: instances, startedToday: instances, openTasks: tasks });
  });
});

describe('what is done', () => {
  const start = (who: string, processDefinitionId: string) =>
    call(who, 'POST', '/v2/process-instances', { processDefinitionId });

  it('is starting what was granted, and nothing is told of what is not', async () => {
    expect((await start('starter', 'beta')).status).toBe(200);
    const [hidden, absent] = [await start('starter', 'gamma'), await start('starter', 'no-such')];
    expect(hidden.status).toBe(403);
    const words = ({ body }: typeof hidden) => String(body.detail).replace(/"(?:gamma|no-such)"/, '"…"');
    expect(words(hidden)).toBe(words(absent));
    const key = all.get('process-definitions')?.find((item) => item.processDefinitionId === 'gamma');
    const byKey = await call('starter', 'POST', '/v2/process-instances', {
      processDefinitionKey: key?.processDefinitionKey,
    });
    expect(byKey.status).toBe(403);
  });

  it('is refused by name where one may look, and hidden where not', async () => {
    const of = (id: string) =>
      all.get('process-instances')?.find((item) => item.processDefinitionId === id)?.processInstanceKey ?? '';
    const cancel = (id: string) => call('clerk', 'POST', `/v2/process-instances/${of(id)}/cancellation`);
    const seen = await cancel('alpha');
    expect(seen.status).toBe(403);
    expect(seen.body.detail).toContain('CANCEL_PROCESS_INSTANCE on PROCESS_DEFINITION "alpha"');
    expect((await cancel('beta')).status).toBe(404);
    expect((await cancel('gamma')).status).toBe(204);
  });

  it('counts at once when a grant is taken away', async () => {
    const owned = { filter: { ownerId: 'reader', ownerType: 'USER' } };
    expect((await search('reader', 'process-instances')).total).toBe(2);
    const { body } = await call('demo', 'POST', '/v2/authorizations/search', owned);
    for (const { authorizationKey } of body.items as Item[])
      await call('demo', 'DELETE', `/v2/authorizations/${authorizationKey}`);
    expect(await search('reader', 'process-instances')).toEqual({ status: 200, items: [], total: 0 });
  });
});
