/** `POST /api/jobs/stream` over real sockets: what is pushed, to whom, how much, and what becomes of it when somebody goes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJobStream } from '../support/job-stream.js';
import type { JobStreamClient } from '../support/job-stream.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ONE_JOB } from './models.js';

/** Longer than any test: what comes back before is given back. */
const HOUR = 3_600_000;

let folder: string;
let server: TestServer;
let streams: JobStreamClient[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-stream-'));
  server = await start();
  streams = [];
  const form = new FormData();
  form.append('resources', new Blob([ONE_JOB]), 'one-job.bpmn');
  expect((await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form })).status).toBe(200);
});

afterEach(async () => {
  for (const stream of streams) stream.hangUp();
  await server.close();
  await rm(folder, { recursive: true });
});

function start(): Promise<TestServer> {
  return startServer({ database: join(folder, 'test.db'), clockControl: 'system' });
}

async function open(more: object = {}): Promise<JobStreamClient> {
  const stream = await openJobStream(server.url, {
    type: 'work',
    worker: 'streamer',
    timeout: HOUR,
    capacity: 100,
    ...more,
  });
  streams.push(stream);
  return stream;
}

async function post<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function create(variables: object = {}): Promise<string> {
  const { processInstanceKey } = await post<{ processInstanceKey: string }>('/v2/process-instances', {
    processDefinitionId: 'one-job',
    variables,
  });
  return processInstanceKey;
}

const complete = (jobKey: string): Promise<void> => post(`/v2/jobs/${jobKey}/completion`, {});

/** What a poll is given; `wait` in milliseconds, negative for what is there now. */
async function poll(wait: number): Promise<Record<string, unknown>[]> {
  const { jobs } = await post<{ jobs: Record<string, unknown>[] }>('/v2/jobs/activation', {
    type: 'work',
    worker: 'poller',
    timeout: HOUR,
    maxJobsToActivate: 100,
    requestTimeout: wait,
  });
  return jobs;
}

/** How many jobs the worker of the streams holds. */
async function held(): Promise<number> {
  const { items } = await post<{
    items: { worker: string; state: string; hasFailedWithRetriesLeft: boolean }[];
  }>('/v2/jobs/search', { filter: { worker: 'streamer', state: 'CREATED' } });
  return items.length;
}

it('brings jobs as they appear, those that waited first, as a poll would', async () => {
  const waiting = await create({ order: 1 });
  const stream = await open({ fetchVariable: ['order'] });
  expect(stream.status).toBe(200);
  expect(stream.headers['content-type']).toBe('application/x-ndjson');
  expect((await stream.next()).processInstanceKey).toBe(waiting);
  const later = await create({ order: 2, secret: 'x' });
  const job = await stream.next();
  expect(job).toMatchObject({ processInstanceKey: later, variables: { order: 2 }, worker: 'streamer' });
  expect(job.variables).toEqual({ order: 2 });
  stream.hangUp();
  const polled = (await poll(60_000))[0];
  expect(Object.keys(job)).toEqual(Object.keys(polled));
});

it('never has more jobs out than the worker can hold, and goes on with each that is over', async () => {
  const stream = await open({ capacity: 2 });
  for (let count = 0; count < 7; count += 1) await create();
  const [first, second] = [await stream.next(), await stream.next()];
  expect(await held()).toBe(2);
  await complete(first.jobKey);
  const third = await stream.next();
  expect(await held()).toBe(2);
  await post(`/v2/jobs/${second.jobKey}/failure`, { retries: 0, errorMessage: 'no' });
  const fourth = await stream.next();
  await post(`/v2/jobs/${third.jobKey}/error`, { errorCode: 'nobody-catches-it' });
  const fifth = await stream.next();
  await post(`/v2/process-instances/${fourth.processInstanceKey}/cancellation`, {});
  const sixth = await stream.next();
  expect(new Set([first, second, third, fourth, fifth, sixth].map(({ jobKey }) => jobKey)).size).toBe(6);
  expect(await held()).toBe(2);
  expect(await poll(-1)).toHaveLength(1);
});

it('gives a job to others at once when the worker has hung up', async () => {
  const stream = await open();
  await create();
  const { jobKey } = await stream.next();
  stream.hangUp();
  const later = await create();
  const jobs = [...(await poll(60_000))];
  while (jobs.length < 2) jobs.push(...(await poll(60_000)));
  expect(jobs.map((job) => job.jobKey)).toContain(jobKey);
  expect(jobs.map((job) => job.processInstanceKey)).toContain(later);
});

it('leases nothing more to a worker that does not read, and goes on when it does', async () => {
  const stream = await open({ capacity: 1_000 });
  await stream.heartbeat();
  stream.pause();
  const text = 'x'.repeat(1_000_000);
  const made = new Set<string>();
  for (let count = 0; count < 40; count += 1) made.add(await create({ text }));
  expect(await held()).toBeLessThan(30);
  stream.resume();
  const read = new Set<string>();
  while (read.size < 40) read.add((await stream.next()).processInstanceKey);
  expect(read).toEqual(made);
});

it('shares jobs between streams, and with polls', async () => {
  const [one, other] = [await open(), await open()];
  const seen = { one: 0, other: 0 };
  const count = async (name: keyof typeof seen, stream: JobStreamClient): Promise<void> => {
    for (;;) {
      await stream.next();
      seen[name] += 1;
    }
  };
  const counting = [count('one', one), count('other', other)];
  const polled = poll(60_000);
  for (let number = 0; number < 9; number += 1) await create();
  expect(await polled).toHaveLength(1);
  one.hangUp();
  other.hangUp();
  await Promise.allSettled(counting);
  expect(seen).toEqual({ one: 4, other: 4 });
});

it('says now and then that it is still there', async () => {
  const stream = await open({ heartbeat: 1_000 });
  await stream.heartbeat();
  await stream.heartbeat();
});

it('ends cleanly when the server stops, and leaves undelivered jobs to others', async () => {
  const reader = await open({ capacity: 1 });
  const stuck = await open({ capacity: 1_000 });
  await create();
  const got = await Promise.race([reader.next(), stuck.next()]);
  stuck.pause();
  const text = 'x'.repeat(1_000_000);
  for (let count = 0; count < 40; count += 1) await create({ text });
  const before = await held();
  expect(before).toBeGreaterThan(5);
  await server.close();
  expect(await reader.ended).toBe('clean');
  stuck.resume();
  let delivered = 0;
  await stuck
    .next()
    .then(
      async () => {
        for (;;) {
          delivered += 1;
          await stuck.next();
        }
      },
      () => undefined,
    )
    .catch(() => undefined);
  expect(await stuck.ended).toBe('broken');

  server = await start();
  expect(await held()).toBeLessThan(before);
  const jobs = await poll(-1);
  // All that no worker has read can be taken; what one holds stays leased.
  expect(jobs.length).toBeGreaterThanOrEqual(41 - 2 - delivered);
  expect(jobs.map((job) => job.jobKey)).not.toContain(got.jobKey);
});

it('refuses what it cannot do, by its place', async () => {
  const answer = await fetch(`${server.url}/api/jobs/stream`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'work', timeout: 1000, capacity: 0 }),
  });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { detail: string }).detail).toContain('capacity');
});
