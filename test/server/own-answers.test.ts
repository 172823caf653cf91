/** What `/api` and the doors beside it answer is what the description tells, to the last property, on a walk through all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readCamunda7 } from '../camunda7/files.js';
import { agentProcess } from '../support/agent-process.js';
import { readDescribed } from '../support/described.js';
import type { Described } from '../support/described.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_JOB, WAITING, bpmn } from './models.js';

const SIGNED = bpmn(`<bpmn:process id="signed" isExecutable="true"><bpmn:startEvent id="s" />
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="approve" /><bpmn:userTask id="approve">
  <bpmn:extensionElements><zeebe:userTask /><zeebe:formDefinition formId="decision" /><zeebe:properties>
  <zeebe:property name="approval" value="true" /><zeebe:property name="signatureMeaning" value="I checked it" />
  <zeebe:property name="fourEyes" value="starter" /></zeebe:properties></bpmn:extensionElements>
  </bpmn:userTask></bpmn:process>`);
const AGENT = agentProcess({ simulatedResult: '={total: 12.5, confidence: 0.7}', isSignedOff: true });
const CAMUNDA_7 = readCamunda7('claim');

type Item = Readonly<Record<string, string>>;
let server: TestServer;
let described: Described;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-exports-'));
  server = await startServer({
    authentication: 'demo',
    workers: 'agent',
    samples: 'all',
    settings: { COUNTERSIGN_EXPORT_FOLDER: folder },
  });
  described = await readDescribed(server.url);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const call = (method: string, path: string, body?: unknown, headers?: Item) =>
  described.call(method, path, body, headers);
const get = (path: string) => call('GET', `/api${path}`) as Promise<Item>;
const post = (path: string, body?: unknown, headers?: Item) =>
  call('POST', path, body, headers) as Promise<Item>;
const as = (username: string): Item => ({
  Authorization: `Basic ${Buffer.from(`${username}:${username}`).toString('base64')}`,
});

/** The items that a call answers, of which there have to be some. */
async function items(method: string, path: string, body?: unknown): Promise<Item[]> {
  const answer = (await call(method, path, body)) as { items: Item[] };
  expect(answer.items, path).not.toEqual([]);
  return answer.items;
}

function files(texts: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, text] of Object.entries(texts)) form.append('resources', new File([text], name));
  return form;
}

async function create(processDefinitionId: string, variables: object = {}): Promise<Item> {
  return post('/v2/process-instances', { processDefinitionId, variables });
}

/** Tries until something is answered as described: what is not there yet answers 404. */
function until<T>(ask: () => Promise<T>): Promise<T> {
  return vi.waitFor(ask, { timeout: 20_000 });
}

async function walkHouse() {
  for (const path of ['/health', '/health/live', '/ready', '/health/ready', '/metrics'])
    await call('GET', path);
  for (const path of ['/session', '/overview', '/users?q=ma', '/groups', '/openapi.json', '/docs'])
    await get(path);
  for (const part of ['start.js', 'swagger-ui.css', 'swagger-ui-bundle.js']) await get(`/docs/${part}`);
  await items('GET', '/api/samples');
  await post('/api/session', { username: 'mary', password: 'mary' });
  await call('DELETE', '/api/session');
  await call('PUT', '/api/retention/one-job', { days: 30 });
  await items('GET', '/api/retention');
  expect(await described.peek('GET', '/api/live?processInstanceKey=1')).toContain(': listening');
}

async function walkModels() {
  const model = { name: 'one-job.bpmn', type: 'bpmn', content: ONE_JOB };
  const { modelKey } = await post('/api/models', { ...model, folder: 'Sales', message: null });
  const at = `/api/models/${modelKey}`;
  await call('GET', at);
  await call('PUT', at, { content: WAITING, baseRevision: 1, message: 'waits' });
  await items('GET', `${at}/revisions`);
  await call('GET', `${at}/revisions/2`);
  expect(await items('GET', '/api/models?folder=Sales')).toMatchObject([{ deployed: { version: 1 } }]);
  await call('DELETE', at);
  const converted = await post('/api/models/convert', { content: CAMUNDA_7 });
  expect(converted.report.length).toBeGreaterThan(0);
  const wrong = ONE_JOB.replace('type="work"', 'type=""');
  const checked = await post(
    '/api/deployments/check',
    files({ 'a.bpmn': wrong, 'decision.form': DECISION_FORM }),
  );
  expect(checked.problems.length).toBeGreaterThan(0);
}

async function walkInstances() {
  const running = await create('one-job', { order: { id: 7 } });
  const at = `/api/process-instances/${running.processInstanceKey}`;
  await post(`${at}/suspension`);
  expect(await call('GET', `${at}/suspension`)).toEqual({ isSuspended: true });
  await post(`${at}/resumption`);
  await call('GET', `${at}/state`);
  const [{ position }] = await items('GET', `/api/audit?processInstanceKey=${running.processInstanceKey}`);
  await call('GET', `${at}/state?position=${position}`);
  const { deployments } = (await post(
    '/v2/deployments',
    files({ 'a.bpmn': ONE_JOB.replace('high', 'low') }),
  )) as unknown as { deployments: { processDefinition: Item }[] };
  const targetProcessDefinitionKey = deployments[0].processDefinition.processDefinitionKey;
  expect(await post(`${at}/migration-check`, { targetProcessDefinitionKey })).toMatchObject({
    canMigrate: true,
  });
  const lost = { targetProcessDefinitionKey, mappingInstructions: [] };
  expect(await post(`${at}/migration-check`, lost)).toMatchObject({ canMigrate: false });
  const waiting = await create('waiting', { orderId: 'A' });
  const { waits } = await get(`/process-instances/${waiting.processInstanceKey}/state`);
  expect(waits.length).toBeGreaterThan(0);
}

async function walkJobs() {
  const line = await described.peek('POST', '/api/jobs/stream', { type: 'work', timeout: 1000, capacity: 1 });
  expect(line.startsWith('\n')).toBe(true);
  const { jobs } = (await post('/v2/jobs/activation', {
    type: 'work',
    timeout: 60_000,
    maxJobsToActivate: 1,
  })) as unknown as { jobs: Item[] };
  await post(`/v2/jobs/${jobs[0].jobKey}/failure`, { retries: 0, errorMessage: 'no paper' });
  await items('GET', '/api/incident-groups');
}

async function walkBatches() {
  const { processInstanceKey } = await create('one-job');
  const batch = {
    batchOperationType: 'UPDATE_VARIABLE',
    filter: { processInstanceKey },
    variables: { a: 1 },
  };
  expect(await post('/api/batch-operations/dry-run', batch)).toMatchObject({ operationsTotalCount: 1 });
  const { batchOperationKey } = await post('/api/batch-operations', batch);
  await server.runtime?.batchOperations.idle();
  await call('GET', `/api/batch-operations/${batchOperationKey}`);
  await items('POST', '/api/batch-operations/search', { filter: { batchOperationKey } });
  await items('POST', '/api/batch-operation-items/search', { filter: { batchOperationKey } });
}

async function taskOf({ processInstanceKey }: Item): Promise<string> {
  const filter = { processInstanceKey, state: 'CREATED' };
  return until(async () => (await items('POST', '/v2/user-tasks/search', { filter }))[0].userTaskKey);
}

async function walkTasks() {
  const agents = await taskOf(await create('read-invoice', { invoice: 'Total: 12.50' }));
  const { agentCalls } = await get(`/user-tasks/${agents}/evidence`);
  expect(agentCalls).toHaveLength(1);
  const key = await taskOf(await create('signed', { amount: 12 }));
  const at = `/api/user-tasks/${key}`;
  const { shown } = (await call('GET', `${at}/record`, undefined, as('mary'))) as Item;
  const { proof } = await post(`${at}/signing-proofs`, { password: 'mary' }, as('mary'));
  expect(proof).not.toBe('');
  await post(
    `/v2/user-tasks/${key}/completion`,
    { variables: { approved: true }, signature: { shown } },
    as('mary'),
  );
  expect(await call('GET', `${at}/signature`)).toMatchObject({ matches: true });
  await call('GET', `${at}/record`);
}

async function walkTrail() {
  await get('/audit/types');
  await items('GET', '/api/audit?order=desc&limit=1000');
  await until(() => get('/audit/checkpoint'));
  expect(await get('/audit/sequencer')).toMatchObject({ alarm: null });
  await items('GET', '/api/audit/keys');
  await until(() => get('/audit/proof/inclusion?position=1'));
  await get('/audit/proof/consistency?from=1');
  await until(() => call('GET', '/api/audit/tile/0/000.p%2F1'));
  await get('/audit/bundle');
  for (const format of ['csv', 'jsonl', 'cloudevents', 'xes', 'ocel', 'pdf', 'bundle'])
    await get(`/audit/exports?format=${format}&to=2020-01-01`);
  await post('/api/audit/exports', { report: 'approvals', format: 'json' });
  await post('/api/audit/keys');
}

async function walkSchedules() {
  const wanted = {
    name: 'weekly',
    cycle: 'R/P1W',
    period: 'week',
    filter: { processDefinitionId: 'signed' },
  };
  const { scheduleKey } = await post('/api/audit/schedules', wanted);
  const at = `/api/audit/schedules/${scheduleKey}`;
  await post(`${at}/pause`);
  await post(`${at}/resumption`);
  expect(await post(`${at}/run`)).toMatchObject({ outcome: 'complete' });
  await items('GET', '/api/audit/schedules');
  await call('DELETE', at);
}

async function walkErasures() {
  const ended = await create('one-job', { email: 'planted@person.example' });
  await post(`/v2/process-instances/${ended.processInstanceKey}/cancellation`);
  const { key } = await post('/api/legal-holds', { processId: 'waiting', reason: 'a dispute' });
  await items('GET', '/api/legal-holds');
  await call('DELETE', `/api/legal-holds/${key}`);
  const asked = { values: ['planted@person.example'], legalGround: 'Art. 17 GDPR', reason: 'asked for' };
  const plan = await post('/api/erasures', { ...asked, dryRun: true });
  expect(plan).toMatchObject({ obstacles: [] });
  expect(plan.rows).toBeGreaterThan(0);
  await post('/api/erasures', asked);
  const [erasure] = await items('GET', '/api/erasures');
  await get(`/erasures/${erasure.key}/certificate`);
}

describe('the description of /api', () => {
  it('is what is answered, to the last property, on a walk that calls every operation', async () => {
    await post(
      '/v2/deployments',
      files({
        'one-job.bpmn': ONE_JOB,
        'waiting.bpmn': WAITING,
        'signed.bpmn': SIGNED,
        'agent.bpmn': AGENT,
        'decision.form': DECISION_FORM,
      }),
    );
    await walkHouse();
    await walkModels();
    await walkInstances();
    await walkJobs();
    await walkBatches();
    await walkTasks();
    await walkSchedules();
    await walkErasures();
    await walkTrail();
    const own = described.operations.filter(({ path }) => !path.startsWith('/v2/'));
    expect(own.length).toBeGreaterThan(60);
    expect(own.map(({ operationId }) => operationId).filter((name) => !described.called.has(name))).toEqual(
      [],
    );
  });

  it('allows no property besides: each object of an answer is closed, or open for data', () => {
    const open = described.operations.flatMap(({ operationId, responses }) =>
      Object.values(responses).flatMap(({ content }) =>
        // Files are whatever their format says.
        Object.entries(content ?? {}).flatMap(([type, { schema }]) =>
          type === 'application/json' && z.fromJSONSchema(schema).safeParse({ nobodyKnows: 1 }).success
            ? [operationId]
            : [],
        ),
      ),
    );
    expect([...new Set(open)]).toEqual(['getApiOpenapi.json', 'getApiAuditExports', 'postApiAuditExports']);
  });
});
