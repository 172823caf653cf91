/**
 * Answers and names in the API's description: every operation tells what it answers; what those of `/v2` answer is what
 * they tell, to the last property, and they are called as the reference calls them. For `/api`: own-answers.test.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bpmnXml } from '../support/bpmn-xml.js';
import { readDescribed } from '../support/described.js';
import type { Described } from '../support/described.js';
import { namesOfClient } from '../support/reference.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ADDING, DECISION_FORM, ONE_JOB, ONE_TASK, STARTED_BY_EVENTS, WAITING } from './models.js';

const CASES = join(import.meta.dirname, '..', 'cases');
const read = (path: string): string => readFileSync(join(CASES, path), 'utf8');
const AD_HOC = read('ad-hoc-sub-process/activated-from-outside/process.bpmn').replace('id="p"', 'id="open"');
const CONDITION = bpmnXml({
  id: 'low',
  nodes: [
    {
      type: 'startEvent',
      id: 'start',
      content: [
        '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">=stock &lt; 10</bpmn:condition></bpmn:conditionalEventDefinition>',
      ],
    },
  ],
  flows: [],
});
const FILES: Readonly<Record<string, string>> = {
  'one-job.bpmn': ONE_JOB,
  'one-task.bpmn': ONE_TASK,
  'waiting.bpmn': WAITING,
  'events.bpmn': STARTED_BY_EVENTS,
  'adding.bpmn': ADDING,
  'open.bpmn': AD_HOC,
  'low.bpmn': CONDITION,
  'decision.form': DECISION_FORM,
  'decisions.dmn': read('business-rule-task/required-decision/decision.dmn'),
  'decides.bpmn': read('business-rule-task/required-decision/process.bpmn').replace('id="p"', 'id="decides"'),
  'notes.rpa': JSON.stringify({ id: 'notes', name: 'Notes', script: '' }),
};

type Item = Readonly<Record<string, string>>;
let server: TestServer;
let described: Described;

beforeAll(async () => {
  server = await startServer();
  described = await readDescribed(server.url);
});
afterAll(() => server.close());

const call = (method: string, path: string, body?: unknown) => described.call(method, `/v2${path}`, body);
const post = (path: string, body: unknown = {}) => call('POST', path, body) as Promise<Item>;
const get = (path: string) => call('GET', path);

async function search(path: string, filter: Readonly<Record<string, unknown>> = {}) {
  const { items } = (await call('POST', `${path}/search`, { filter })) as { items: Item[] };
  expect(items, path).not.toEqual([]);
  return items;
}

function create(processDefinitionId: string, variables: Readonly<Record<string, unknown>> = {}) {
  return post('/process-instances', { processDefinitionId, variables, tags: ['t'], businessId: 'B' });
}

async function lease() {
  const { jobs } = (await call('POST', '/jobs/activation', {
    type: 'work',
    worker: 'w',
    timeout: 60_000,
    maxJobsToActivate: 10,
  })) as { jobs: Item[] };
  return jobs;
}

async function deploy(files: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, text] of Object.entries(files)) form.append('resources', new File([text], name));
  const { deployments } = (await call('POST', '/deployments', form)) as {
    deployments: { resource: Item | null; processDefinition: Item | null }[];
  };
  return deployments;
}

async function walkServer() {
  for (const path of ['/topology', '/status', '/license', '/authentication/me']) await get(path);
  await call('PUT', '/clock', { timestamp: Date.now() });
  await post('/clock/reset');
}

async function walkDefinitions() {
  const deployed = await deploy(FILES);
  const resourceKey = deployed.flatMap(({ resource }) => resource?.resourceKey ?? [])[0];
  await get(`/resources/${resourceKey}`);
  await get(`/resources/${resourceKey}/content`);
  await post(`/resources/${resourceKey}/deletion`);
  for (const { processDefinitionKey } of await search('/process-definitions')) {
    await get(`/process-definitions/${processDefinitionKey}`);
    await get(`/process-definitions/${processDefinitionKey}/xml`);
    await get(`/process-definitions/${processDefinitionKey}/form`);
  }
}

async function walkJobs() {
  const { processInstanceKey } = await create('one-job', { order: { id: 7 } });
  const [{ jobKey }] = await lease();
  await call('PATCH', `/jobs/${jobKey}`, { changeset: { retries: 2 } });
  await post(`/jobs/${jobKey}/failure`, { retries: 0, errorMessage: 'no paper' });
  const [{ incidentKey, elementInstanceKey }] = await search('/incidents');
  await get(`/incidents/${incidentKey}`);
  await search(`/process-instances/${processInstanceKey}/incidents`);
  await search(`/element-instances/${elementInstanceKey}/incidents`);
  await call('PATCH', `/jobs/${jobKey}`, { changeset: { retries: 2 } });
  await post(`/incidents/${incidentKey}/resolution`);
  const [job] = await lease();
  await post(`/jobs/${job.jobKey}/completion`, { variables: { done: true } });
  await create('one-job');
  const [thrown] = await lease();
  await post(`/jobs/${thrown.jobKey}/error`, { errorCode: 'E' });
  await search('/jobs');
}

async function walkInstances() {
  const instances = await search('/process-instances');
  const { processInstanceKey, processDefinitionKey } = instances[0];
  await get(`/process-instances/${processInstanceKey}`);
  await get(`/process-instances/${processInstanceKey}/statistics/element-instances`);
  await get(`/process-instances/${processInstanceKey}/sequence-flows`);
  await get(`/process-instances/${processInstanceKey}/call-hierarchy`);
  await post(`/process-definitions/${processDefinitionKey}/statistics/element-instances`);
  const [{ elementInstanceKey }] = await search('/element-instances');
  await get(`/element-instances/${elementInstanceKey}`);
  const [{ variableKey }] = await search('/variables');
  await get(`/variables/${variableKey}`);
}

async function walkChanges() {
  const running = await create('one-job');
  const [newer] = await deploy({ 'one-job.bpmn': ONE_JOB.replace('high', 'low') });
  const at = `/process-instances/${running.processInstanceKey}`;
  await call('PUT', `/element-instances/${running.processInstanceKey}/variables`, { variables: { a: 1 } });
  await post(`${at}/modification`, { activateInstructions: [{ elementId: 'work' }] });
  await post(`${at}/migration`, {
    targetProcessDefinitionKey: newer.processDefinition?.processDefinitionKey,
    mappingInstructions: [{ sourceElementId: 'work', targetElementId: 'work' }],
  });
  await post(`${at}/incident-resolution`);
  await post(`${at}/cancellation`);
  await post(`${at}/deletion`);
  const open = await create('open');
  const [adHoc] = await search('/element-instances', {
    processInstanceKey: open.processInstanceKey,
    type: 'AD_HOC_SUB_PROCESS',
  });
  const inner = /<bpmn:\w*[tT]ask id="(\w+)"/.exec(AD_HOC)?.[1];
  await post(`/element-instances/ad-hoc-activities/${adHoc.elementInstanceKey}/activation`, {
    elements: [{ elementId: inner }],
  });
}

async function walkUserTasks() {
  await create('one-task', { amount: 12 });
  const [{ userTaskKey }] = await search('/user-tasks');
  const at = `/user-tasks/${userTaskKey}`;
  await call('PATCH', at, { changeset: { priority: 80, dueDate: '2030-01-01T10:00:00+02:00' } });
  await post(`${at}/assignment`, { assignee: 'mary' });
  await get(at);
  await get(`${at}/form`);
  await search(`${at}/variables`);
  await search(`${at}/effective-variables`);
  await call('DELETE', `${at}/assignee`);
  await post(`${at}/completion`, { variables: { approved: true } });
}

async function walkEvents() {
  await create('waiting', { orderId: 'A' });
  await post('/messages/publication', { name: 'none', correlationKey: 'A', timeToLive: 0 });
  await post('/messages/correlation', { name: 'paid', correlationKey: 'A' });
  await post('/signals/broadcast', { signalName: 'go' });
  await post('/conditionals/evaluation', { variables: { stock: 3 } });
  await post('/expression/evaluation', { expression: '=missing + 1' });
}

async function walkDecisions() {
  for (const { decisionDefinitionKey } of await search('/decision-definitions')) {
    await get(`/decision-definitions/${decisionDefinitionKey}`);
    await get(`/decision-definitions/${decisionDefinitionKey}/xml`);
    await post('/decision-definitions/evaluation', { decisionDefinitionKey, variables: { amount: 12 } });
  }
  for (const { decisionRequirementsKey } of await search('/decision-requirements')) {
    await get(`/decision-requirements/${decisionRequirementsKey}`);
    await get(`/decision-requirements/${decisionRequirementsKey}/xml`);
  }
  await create('decides', { amount: 12 });
  for (const { decisionEvaluationInstanceKey } of await search('/decision-instances')) {
    await get(`/decision-instances/${decisionEvaluationInstanceKey}`);
  }
}

async function walkBatches() {
  const running = await create('one-job');
  const filter = { processInstanceKey: running.processInstanceKey };
  const moves = [{ sourceElementId: 'work', targetElementId: 'end' }];
  const plan = {
    targetProcessDefinitionKey: running.processDefinitionKey,
    mappingInstructions: [{ sourceElementId: 'work', targetElementId: 'work' }],
  };
  await post('/process-instances/migration', { filter, migrationPlan: plan });
  await post('/process-instances/incident-resolution', { filter });
  await post('/process-instances/modification', { filter, moveInstructions: moves });
  const { batchOperationKey } = await post('/process-instances/cancellation', { filter });
  await server.runtime?.batchOperations.idle();
  await post('/process-instances/deletion', { filter });
  await get(`/batch-operations/${batchOperationKey}`);
  await search('/batch-operations');
  await search('/batch-operation-items');
}

async function walkDirectory() {
  const name = { name: 'D' };
  await post('/users', { username: 'dee', password: 'secret', ...name });
  await post('/mapping-rules', { mappingRuleId: 'd', claimName: 'team', claimValue: 'd', ...name });
  for (const [path, id] of [
    ['groups', 'groupId'],
    ['roles', 'roleId'],
    ['tenants', 'tenantId'],
  ])
    await post(`/${path}`, { [id]: 'd', ...name });
  const members: Readonly<Record<string, readonly string[]>> = {
    groups: ['users/dee', 'clients/d', 'mapping-rules/d'],
    roles: ['users/dee', 'clients/d', 'mapping-rules/d', 'groups/d'],
    tenants: ['users/dee', 'clients/d', 'mapping-rules/d', 'groups/d', 'roles/d'],
  };
  for (const [container, places] of Object.entries(members)) {
    for (const place of places) {
      await call('PUT', `/${container}/d/${place}`);
      await search(`/${container}/d/${place.split('/')[0]}`);
    }
  }
  await search('/groups/d/roles');
  const grant = { ownerType: 'USER', ownerId: 'dee', resourceType: 'ROLE', resourceId: '*' };
  const { authorizationKey } = await post('/authorizations', { ...grant, permissionTypes: ['READ'] });
  await call('PUT', `/authorizations/${authorizationKey}`, { ...grant, permissionTypes: ['UPDATE'] });
  await get(`/authorizations/${authorizationKey}`);
  await search('/authorizations');
  await call('DELETE', `/authorizations/${authorizationKey}`);
  for (const [container, places] of Object.entries(members))
    for (const place of places) await call('DELETE', `/${container}/d/${place}`);
  const rule = { claimName: 'team', claimValue: 'e' };
  for (const path of ['users/dee', 'groups/d', 'roles/d', 'tenants/d', 'mapping-rules/d']) {
    await get(`/${path}`);
    await search(`/${path.split('/')[0]}`);
    await call('PUT', `/${path}`, { ...name, ...(path === 'mapping-rules/d' && rule) });
    await call('DELETE', `/${path}`);
  }
  await post('/setup/user', { username: 'first', password: 'secret', ...name });
}

const CONTROLS = ['suspendBatchOperation', 'resumeBatchOperation', 'cancelBatchOperation'];

describe('the description of the API', () => {
  it('tells what every operation answers: statuses, and the body that comes with them', () => {
    expect(described.operations.length).toBeGreaterThan(140);
    const untold = described.operations.filter(({ responses }) =>
      Object.entries(responses).some(
        ([status, { content }]) =>
          status !== 'default' && (!/^\d{3}$/.test(status) || (status !== '204' && content === undefined)),
      ),
    );
    expect(untold.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('names every operation of /v2 as the reference does', () => {
    const names = namesOfClient();
    expect(names.size).toBeGreaterThan(150);
    const own = described.operations.filter(({ path }) => path.startsWith('/v2/'));
    const otherwise = own.filter(
      ({ method, path, operationId }) => names.get(`${method} ${path}`) !== operationId,
    );
    expect(otherwise.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('is what /v2 answers, to the last property, on a walk that calls every operation', async () => {
    await walkServer();
    await walkDefinitions();
    await walkJobs();
    await walkInstances();
    await walkChanges();
    await walkUserTasks();
    await walkEvents();
    await walkDecisions();
    await walkBatches();
    await walkDirectory();
    const own = described.operations.filter(({ path }) => path.startsWith('/v2/'));
    const left = own.map(({ operationId }) => operationId).filter((name) => !described.called.has(name));
    // Nothing here is slow enough to be suspended: these answer 204 in operate.test.ts.
    expect(left.filter((name) => !CONTROLS.includes(name))).toEqual([]);
  });
});
