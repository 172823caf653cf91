/**
 * Rows whose numbers nobody wrote and nobody can read: a copy of a row of every projection table for each of its columns of
 * whole numbers, with the ends of 64 bits and 0 in it. A server starts on them, every search answers, and what can be
 * read goes on.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuntime } from '@countersign/server';
import { isSqlite } from '../../server/store/migrations/columns.js';
import { CANDIDATE_COLUMNS } from '../../server/store/candidates.js';
import { COLUMNS } from '../../server/store/columns.js';
import { openStore } from '../../server/store/store.js';
import type { Store } from '../../server/store/store.js';
import { bpmnXml, chain, message, serviceTask, timer } from '../support/bpmn-xml.js';
import { createTestDatabase, ON_POSTGRES } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const payment = message('m1', 'payment', '=orderId');
const MODEL = bpmnXml({
  id: 'everything',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'parallelGateway', id: 'fork' },
    serviceTask('work'),
    serviceTask('stuck'),
    {
      type: 'userTask',
      id: 'ask',
      extensions: [
        '<zeebe:userTask />',
        '<zeebe:assignmentDefinition candidateGroups="=[&quot;sales&quot;]" />',
      ],
    },
    { type: 'intermediateCatchEvent', id: 'paid', content: [payment.event] },
    { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT1H')] },
    serviceTask('late'),
  ],
  flows: [
    ...chain('start', 'fork', 'work'),
    ...['stuck', 'ask', 'paid', 'wait'].map((to) => ({ from: 'fork', to })),
    ...chain('wait', 'late'),
  ],
  roots: [payment.root],
});
const OTHER = bpmnXml({
  id: 'other',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

const VALUES = ['9223372036854775807', '(-9223372036854775807 - 1)', '0'];
const TABLES: Readonly<Record<string, readonly string[]>> = {
  ...COLUMNS,
  user_task_candidate: CANDIDATE_COLUMNS,
  message_correlation: ['message_key', 'process_id', 'process_instance_key'],
};

let database: TestDatabase;
let server: TestServer;
/** Rows that were put in, by table. */
const put = new Map<string, number>();

/** The columns of whole numbers of a table, as the database says. */
async function wholeColumns({ knex }: Store, table: string): Promise<string[]> {
  const info = await knex(table).columnInfo();
  return Object.entries(info).flatMap(([name, { type }]) =>
    ['integer', 'bigint'].includes(type.toLowerCase()) ? [name] : [],
  );
}

/** As in the row that is copied, but for what only one row may be called. */
function other(table: string, name: string, key: number): string {
  const isName = table === 'process_definition' && name === 'process_id';
  return isName ? `"${name}" || '-${key}'` : `"${name}"`;
}

async function putRows(store: Store): Promise<void> {
  let key = 7_000_000_000_000_000;
  for (const [table, columns] of Object.entries(TABLES)) {
    for (const column of await wholeColumns(store, table)) {
      for (const value of VALUES) {
        key += 1;
        const values = columns.map((name) =>
          name === column ? value : name === columns[0] ? String(key) : other(table, name, key),
        );
        const names = columns.map((name) => `"${name}"`).join(', ');
        const select = `select ${values.join(', ')} from (select * from ${table} limit 1) as one`;
        const sql = isSqlite(store.knex)
          ? `insert or ignore into ${table} (${names}) ${select}`
          : `insert into ${table} (${names}) ${select} on conflict do nothing`;
        await store.knex.raw(sql);
      }
    }
    const rows = await store.knex(table).count<{ total: number | string }[]>({ total: '*' });
    put.set(table, Number(rows[0].total));
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  const runtime = await openRuntime({ database: database.address });
  for (const [name, content] of [
    ['everything.bpmn', MODEL],
    ['other.bpmn', OTHER],
    ['broken.bpmn', OTHER.replaceAll('"other"', '"broken"')],
  ]) {
    const deployed = await runtime.deploy({ resources: [{ name, content }], actor: 'user:demo' });
    if (!deployed.ok) throw new Error(JSON.stringify(deployed.problems));
  }
  const created = await runtime.createInstance(
    { processId: 'everything', variables: { orderId: 'A' } },
    'user:mary',
  );
  if (!created.ok) throw new Error(created.rejection.reason);
  for (const timeToLive of [1, 600_000])
    await runtime.publishMessage({ name: 'n', correlationKey: 'k', timeToLive, variables: {} }, 'client:x');
  const lease = { type: 'stuck', worker: 'w', timeoutMs: 1_000, maxJobs: 1, requestTimeoutMs: -1 };
  const [{ jobKey }] = await runtime.activateJobs(lease);
  const failure = { jobKey, errorMessage: 'no', retryBackOff: 0, retries: 0, variables: {} };
  await runtime.execute({ type: 'fail job', ...failure }, 'worker:w');
  await runtime.shutdown();
  const store = await openStore(database.address);
  await putRows(store);
  await store
    .knex('timer')
    .where('key', '<', 7_000_000_000_000_000)
    .where('key', '>', 0)
    .update({ due_at: 1 });
  await store.knex('resource').where('name', 'broken.bpmn').update({ content: '<bpmn:definitions' });
  await store.close();
  server = await startServer({
    database: database.address,
    settings: ON_POSTGRES ? { COUNTERSIGN_DATABASE_URL: database.address } : {},
  });
}, 60_000);

afterAll(async () => {
  await server?.close();
  await database.remove();
});

async function send(path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': 'application/json' };
  const request = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(server.url + path, request);
  return { status: response.status, text: await response.text() };
}

describe('a server on rows that cannot be read', () => {
  it('starts, and they are in most tables', () => {
    const filled = [...put].filter(([, rows]) => rows > 5).map(([table]) => table);
    for (const table of [
      'process_instance',
      'element_instance',
      'job',
      'user_task',
      'incident',
      'timer',
      'message',
    ])
      expect(filled).toContain(table);
    for (const table of ['user_task_candidate', 'process_definition', 'deployment'])
      expect(filled).toContain(table);
  });

  it('sets a model aside that cannot be read, says so, and refuses to start it with the reason', async () => {
    const ready = await send('/ready');
    expect(ready.status).toBe(200);
    expect(ready.text).toMatch(/set aside: \d+/);
    const started = await send('/v2/process-instances', { processDefinitionId: 'broken' });
    expect(started.status).toBe(409);
    expect(started.text).toMatch(/cannot be read from its stored resource. Deploy a version that can be/);
  });

  it.each([
    ['process-instances', ['startDate', 'endDate', 'processInstanceKey', 'parentProcessInstanceKey']],
    ['element-instances', ['startDate', 'endDate', 'elementInstanceKey']],
    ['user-tasks', ['creationDate', 'priority', 'completionDate', 'dueDate']],
    ['batch-operations', []],
    ['jobs', ['deadline', 'retries', 'endTime', 'jobKey']],
    ['incidents', ['creationTime', 'incidentKey']],
    ['variables', ['variableKey']],
    ['process-definitions', ['version', 'processDefinitionKey']],
    ['decision-definitions', []],
    ['decision-requirements', []],
    ['decision-instances', []],
  ])('answers the search of %s, in every order and page by page', async (name, fields) => {
    for (const sort of [[], ...fields.flatMap((field) => [[{ field }], [{ field, order: 'DESC' }]])]) {
      let after: string | undefined;
      for (let page = 0; page < 30; page += 1) {
        const { status, text } = await send(`/v2/${name}/search`, { sort, page: { limit: 4, after } });
        expect(status, text).toBe(200);
        const { endCursor } = (JSON.parse(text) as { page: { endCursor: string | null } }).page;
        if (endCursor === null || endCursor === after) break;
        after = endCursor;
      }
    }
  });

  it('answers the lists of an inbox, the home page, its figures and its state', async () => {
    const filter = { state: 'CREATED', assignee: { $exists: false }, candidateGroup: 'sales' };
    const sort = [{ field: 'creationDate' }];
    expect((await send('/v2/user-tasks/search', { filter, sort })).status).toBe(200);
    for (const path of ['/api/overview', '/metrics', '/ready']) {
      const { status, text } = await send(path);
      expect(status, `${path} ${text}`).toBe(200);
    }
  });

  it('goes on with what can be read: starts, jobs, timers and messages', async () => {
    const started = await send('/v2/process-instances', { processDefinitionId: 'other' });
    expect(started.status, started.text).toBe(200);
    const { processInstanceKey } = JSON.parse(started.text) as { processInstanceKey: string };
    const lease = { type: 'work', maxJobsToActivate: 100, timeout: 60_000, worker: 'w', requestTimeout: -1 };
    const keys: string[] = [];
    await expect
      .poll(async () => {
        const { status, text } = await send('/v2/jobs/activation', lease);
        expect(status, text).toBe(200);
        const { jobs } = JSON.parse(text) as { jobs: { processInstanceKey: string }[] };
        keys.push(...jobs.map((job) => job.processInstanceKey));
        return keys;
      })
      .toContain(processInstanceKey);
    // The timer that was due among those that cannot be read.
    await expect
      .poll(
        async () => {
          const { text } = await send('/v2/jobs/search', { filter: { type: 'late' } });
          return (JSON.parse(text) as { items: unknown[] }).items.length;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
  });
});
