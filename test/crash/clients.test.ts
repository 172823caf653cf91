/** Callers that misbehave: they complete twice, hang up in the middle of a request, or while a job is on its way to them. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkJournal } from '../../server/store/check-journal.js';
import { ONE_JOB } from '../server/models.js';
import { createTestDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let database: TestDatabase;
let server: TestServer;
beforeEach(async () => {
  database = await createTestDatabase();
  server = await startServer({ database: database.address });
  const form = new FormData();
  form.append('resources', new Blob([ONE_JOB]), 'one-job.bpmn');
  expect((await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form })).status).toBe(200);
});
afterEach(async () => {
  await server.close();
  const { differences } = await checkJournal(database.address);
  await database.remove();
  expect(differences).toEqual([]);
});

async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

const create = () => post('/v2/process-instances', { processDefinitionId: 'one-job' });

async function take(options: object = {}): Promise<string[]> {
  const asked = { type: 'work', worker: 'w', timeout: 600_000, maxJobsToActivate: 10, ...options };
  const { body } = await post('/v2/jobs/activation', { requestTimeout: -1, ...asked });
  return (body as { jobs: { jobKey: string }[] }).jobs.map(({ jobKey }) => jobKey);
}

const rows = <T>(sql: string): T[] => (server.runtime?.store.connection.prepare(sql).all() ?? []) as T[];

test('a worker that completes twice, or twenty times at once, moves the token once', async () => {
  await create();
  const [jobKey] = await take();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => post(`/v2/jobs/${jobKey}/completion`, { variables: {} })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...new Array<number>(19).fill(404)]);
  expect((await post(`/v2/jobs/${jobKey}/failure`, { retries: 0 })).status).toBe(404);
  expect(rows(`select count(*) as count from audit where type = 'job completed'`)).toEqual([{ count: 1 }]);
  expect(rows(`select state from process_instance`)).toEqual([{ state: 'COMPLETED' }]);
});

test('a request that is given up half-way does nothing', async () => {
  const { hostname, port } = new URL(server.url);
  for (const part of ['{"processDefinitionId": "one', '{"processDefinitionId": "one-job"}']) {
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    const head = `POST /v2/process-instances HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n`;
    await new Promise((resolve) => socket.write(head + part, resolve));
    socket.destroy();
  }
  expect((await create()).status).toBe(200);
  expect(rows('select count(*) as count from process_instance')).toEqual([{ count: 1 }]);
});

test('a poll that is dropped leaves its place to others', async () => {
  const dropped = Array.from({ length: 20 }, () => {
    const sent = request(`${server.url}/v2/jobs/activation`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    sent.on('error', () => undefined);
    const asked = { type: 'work', worker: 'gone', timeout: 600_000, maxJobsToActivate: 1 };
    sent.end(JSON.stringify({ ...asked, requestTimeout: 60_000 }));
    return sent;
  });
  // By then the server has what was sent before.
  expect((await fetch(`${server.url}/v2/topology`)).status).toBe(200);
  const closed = dropped.map((sent) => new Promise((resolve) => sent.once('close', resolve)));
  for (const sent of dropped) sent.destroy();
  await Promise.all(closed);
  expect((await fetch(`${server.url}/v2/topology`)).status).toBe(200);
  for (let number = 0; number < 20; number += 1) await create();
  const taken: string[] = [];
  while (taken.length < 20) taken.push(...(await take({ requestTimeout: 60_000 })));
  expect(new Set(taken).size).toBe(20);
});

test('a job whose worker hangs up while it is being leased comes back at once', async () => {
  const { runtime } = server;
  if (!runtime) throw new Error('The server runs elsewhere');
  const gone = new AbortController();
  const lease = { type: 'work', worker: 'gone', timeoutMs: 600_000, maxJobs: 1, signal: gone.signal };
  const polled = runtime.activateJobs({ ...lease, requestTimeoutMs: 60_000 });
  const hangUp = runtime.commit((batch) => batch.onCommit(() => gone.abort()));
  // In one batch: the job is created, leased to the poll, committed; and before it is answered, its worker has gone.
  await Promise.all([hangUp, runtime.createInstance({ processId: 'one-job', variables: {} }, 'user:mary')]);
  expect(await polled).toEqual([]);
  expect(await take({ requestTimeout: 60_000 })).toHaveLength(1);
});
