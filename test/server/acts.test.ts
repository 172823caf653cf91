/** Each act that the API offers leaves a row that says who did what, and where something was replaced, what it was. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsTo, openTasks, type Answer, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const process = (name: string) =>
  bpmn(`<bpmn:process id="acts" name="${name}" isExecutable="true"><bpmn:startEvent id="s" />
    <bpmn:userTask id="a"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a" /></bpmn:process>`);

let server: TestServer;
let call: CallAs;
let last = 1;

/** Does something as an administrator and gives the rows it left, oldest first. */
async function rowsOf(method: string, path: string, body?: object): Promise<{ answer: Answer; rows: Row[] }> {
  const answer = await call('demo', method, path, body);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  const { body: page } = await call(null, 'GET', `/api/audit?limit=1000&after=${last}`);
  const rows = page.items as Row[];
  last = rows.at(-1)?.position ?? last;
  return { answer, rows };
}

interface Row {
  readonly position: number;
  readonly type: string;
  readonly actor: string;
  readonly data: object;
}

/** The row of a type that the act left, with its actor and data. */
async function rowOf(type: string, method: string, path: string, body?: object): Promise<Row> {
  const { rows } = await rowsOf(method, path, body);
  const row = rows.find((one) => one.type === type);
  if (!row) throw new Error(`${method} ${path} left ${rows.map((one) => one.type).join(', ') || 'nothing'}`);
  expect(row.actor).toBe('user:demo');
  return row;
}

async function deploy(name: string): Promise<string> {
  const form = new FormData();
  form.append('resources', new File([process(name)], 'acts.bpmn'));
  const { answer, rows } = await rowsOf('POST', '/v2/deployments', form);
  expect(rows.map(({ type }) => type)).toContain('deployment created');
  const [{ processDefinition }] = answer.body.deployments as {
    processDefinition: { processDefinitionKey: string };
  }[];
  return processDefinition.processDefinitionKey;
}

async function start(): Promise<string> {
  const { answer } = await rowsOf('POST', '/v2/process-instances', { processDefinitionId: 'acts' });
  return answer.body.processInstanceKey as string;
}

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
});
afterAll(() => server.close());

it('accounts with their roles', async () => {
  const { body } = await call(null, 'GET', '/api/audit?type=account%20created');
  expect(body.items).toContainEqual(
    expect.objectContaining({
      actor: 'system',
      data: {
        username: 'demo',
        groups: ['accounting', 'compliance', 'managers'],
        roles: ['admin', 'member'],
      },
    }),
  );
});

it('sign-ins and refusals', async () => {
  const body = { username: 'demo', password: 'demo' };
  expect((await rowOf('signed in', 'POST', '/api/session', body)).data).toEqual({ username: 'demo' });
  expect(await call('mary', 'PUT', '/api/retention/acts', { days: 1 })).toMatchObject({ status: 403 });
  const { body: page } = await call(null, 'GET', '/api/audit?type=request%20refused&actor=user:mary');
  expect(page.items).toMatchObject([{ data: { route: '/api/retention/:processDefinitionId', status: 403 } }]);
});

it('retention, with what held before', async () => {
  const set = (days: number | null) => rowOf('retention set', 'PUT', '/api/retention/acts', { days });
  expect((await set(30)).data).toEqual({ processId: 'acts', days: 30, before: null });
  expect((await set(60)).data).toEqual({ processId: 'acts', days: 60, before: 30 });
  expect((await set(null)).data).toEqual({ processId: 'acts', days: null, before: 60 });
});

it('the clock, with what it showed before', async () => {
  const pin = (timestamp: number) => rowOf('clock set', 'PUT', '/v2/clock', { timestamp });
  expect((await pin(1_900_000_000_000)).data).toMatchObject({
    wasPinned: false,
    after: '2030-03-17T17:46:40.000Z',
  });
  expect((await pin(1_900_000_060_000)).data).toEqual({
    before: '2030-03-17T17:46:40.000Z',
    wasPinned: true,
    after: '2030-03-17T17:47:40.000Z',
  });
  expect((await rowOf('clock set', 'POST', '/v2/clock/reset')).data).toEqual({
    before: '2030-03-17T17:47:40.000Z',
    wasPinned: true,
    after: null,
  });
});

it('drafts: made, moved, deleted', async () => {
  const draft = { name: 'One', folder: '', type: 'bpmn', content: process('One') };
  const { answer, rows } = await rowsOf('POST', '/api/models', draft);
  const { modelKey } = answer.body as { modelKey: string };
  const place = { modelKey, name: 'One', folder: '', type: 'bpmn' };
  expect(rows).toMatchObject([{ type: 'draft created', actor: 'user:demo', data: place }]);
  const path = `/api/models/${modelKey}`;
  const content = process('Two');
  const saved = await rowsOf('PUT', path, { content, baseRevision: 1 });
  expect(saved.rows).toEqual([]);
  const moved = await rowOf('draft moved', 'PUT', path, {
    content,
    folder: 'drafts',
    name: 'Two',
    baseRevision: 2,
  });
  expect(moved.data).toEqual({
    ...place,
    name: 'Two',
    folder: 'drafts',
    before: { name: 'One', folder: '' },
  });
  expect((await rowOf('draft deleted', 'DELETE', path)).data).toMatchObject({ name: 'Two', revision: 3 });
});

it('deployments, and what operators do to an instance', async () => {
  const first = await deploy('One');
  const instance = await start();
  const path = `/v2/process-instances/${instance}`;
  const own = `/api/process-instances/${instance}`;
  const second = await deploy('Two');
  const [task] = await openTasks(call, instance);
  await rowOf('user task assigned', 'POST', `/v2/user-tasks/${task}/assignment`, { assignee: 'demo' });
  const priority = { changeset: { priority: 80 } };
  const updated = await rowOf('user task updated', 'PATCH', `/v2/user-tasks/${task}`, priority);
  expect(updated.data).toMatchObject({ priority: 80 });
  const variables = { variables: { amount: 1 } };
  await rowOf('variable created', 'PUT', `/v2/element-instances/${instance}/variables`, variables);
  await rowOf('instance suspended', 'POST', `${own}/suspension`);
  await rowOf('instance resumed', 'POST', `${own}/resumption`);
  const migrated = await rowOf('instance migrated', 'POST', `${path}/migration`, {
    targetProcessDefinitionKey: second,
    mappingInstructions: [{ sourceElementId: 'a', targetElementId: 'a' }],
  });
  expect(migrated.data).toMatchObject({
    formerDefinitionKey: Number(first),
    targetProcessDefinitionKey: Number(second),
  });
  await rowOf('instance modified', 'POST', `${path}/modification`, {
    activateInstructions: [{ elementId: 'a' }],
  });
  await rowOf('element terminated', 'POST', `${path}/cancellation`);
  await rowOf('instance deleted', 'POST', `${path}/deletion`);
});

it('legal holds, erasures, exports, and the key that signs', async () => {
  const { answer, rows } = await rowsOf('POST', '/api/legal-holds', {
    processId: 'acts',
    reason: 'a dispute',
  });
  expect(rows).toMatchObject([{ type: 'legal hold set', actor: 'user:demo', data: { reason: 'a dispute' } }]);
  await rowOf('legal hold lifted', 'DELETE', `/api/legal-holds/${answer.body.key as string}`);
  const exported = await rowOf('audit exported', 'GET', '/api/audit/exports?format=csv&elementId=a');
  expect(exported.data).toMatchObject({ query: { elementId: 'a' }, outcome: 'complete' });
  await rowOf('audit key changed', 'POST', '/api/audit/keys');
  await rowOf('content erased', 'POST', '/api/erasures', {
    persons: ['emil'],
    legalGround: 'GDPR article 17 (1) b',
    reason: 'asked to',
  });
});

it('operations on many instances', async () => {
  await start();
  const operation = {
    batchOperationType: 'CANCEL_PROCESS_INSTANCE',
    filter: { processDefinitionId: 'acts' },
  };
  await rowOf('batch operation created', 'POST', '/api/batch-operations', operation);
});
