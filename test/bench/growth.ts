/**
 * What a long life costs: a database with 1,000,000 ended instances, 100,000 waiting ones and 1,000,000 timers against
 * an empty one. Throughput of one-task instances on both, in turns; then the server on the large one, as
 * `countersign start` runs it: how long it takes to start, what memory it needs while instances that wait are worked
 * at random, and how long the requests of the web app's pages take.
 *
 * Making the database takes minutes: BENCH_DATABASE names a file to keep it in for the next time.
 * BENCH_GROWTH=0.1 makes everything a tenth.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { growDatabase } from '../support/growth-database.js';
import type { GrowthAnswer, GrowthOrder } from '../support/growth-worker.js';
import { createLoad, type Load } from '../support/http-load.js';
import { randomSource } from '../support/random-source.js';
import { startServer, type TestServer } from '../support/server.js';

const SCALE = Number(process.env['BENCH_GROWTH'] ?? 1);
const SIZE = {
  ended: Math.round(1_000_000 * SCALE),
  waiting: Math.round(100_000 * SCALE),
  timersEach: 10,
};
const TURNS = 9;
const INSTANCES = 4000;
/** Waiting instances that get a variable, at random, before memory is looked at. */
const TOUCHED = Math.round(60_000 * SCALE);
const LIMITS = { throughput: 0.9, startSeconds: 2, memoryMb: 300, pageMs: 100 };

const WORKER = fileURLToPath(new URL('../support/growth-worker.js', import.meta.url));

/** A runtime in a child process. */
interface Side {
  readonly child: ChildProcess;
  work(instances: number): Promise<GrowthAnswer>;
  close(): Promise<void>;
}

async function openSide(database: string): Promise<Side> {
  const child = fork(WORKER, [database]);
  const next = (): Promise<GrowthAnswer> =>
    new Promise((resolve, reject) => {
      const over = (code: number | null): void => reject(new Error(`The runtime ended with ${String(code)}`));
      child.once('exit', over);
      child.once('message', (answer) => {
        child.off('exit', over);
        resolve(answer as GrowthAnswer);
      });
    });
  await next();
  return {
    child,
    work(instances) {
      const answer = next();
      child.send({ instances } satisfies GrowthOrder);
      return answer;
    },
    close() {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      return ended;
    },
  };
}

async function compareThroughput(large: string, empty: string): Promise<{ time: number; cpu: number }> {
  const sides = [await openSide(large), await openSide(empty)];
  const turns: { time: number; cpu: number }[] = [];
  for (let turn = -2; turn < TURNS; turn += 1) {
    const [onLarge, onEmpty] = [await sides[0].work(INSTANCES), await sides[1].work(INSTANCES)];
    if (turn >= 0) turns.push({ time: onEmpty.time / onLarge.time, cpu: onEmpty.cpu / onLarge.cpu });
  }
  for (const side of sides) await side.close();
  return { time: median(turns.map(({ time }) => time)), cpu: median(turns.map(({ cpu }) => cpu)) };
}

/** Milliseconds of each request that pages of the web app make: the median of five. */
async function pages(load: Load, instanceKey: string): Promise<Record<string, number>> {
  const sort = [{ field: 'startDate', order: 'DESC' }];
  const page = { limit: 50 };
  const first = await load.post('/v2/process-instances/search', { sort, page });
  const after = (JSON.parse(first.text) as { page: { endCursor: string } }).page.endCursor;
  const instances = (body: object) => ['/v2/process-instances/search', { sort, page, ...body }] as const;
  const ofInstance = { filter: { processInstanceKey: instanceKey }, page };
  const requests: Record<string, readonly [path: string, body: object | null]> = {
    overview: ['/api/overview', null],
    instances: instances({}),
    'instances, second page': instances({ page: { ...page, after } }),
    'instances, active': instances({ filter: { state: 'ACTIVE' } }),
    'instances, completed': instances({ filter: { state: 'COMPLETED' } }),
    'instances, with incident': instances({ filter: { hasIncident: true } }),
    'instances of a process': instances({ filter: { processDefinitionId: 'waiting' } }),
    'instances of a process, ended': instances({
      filter: { processDefinitionId: 'one-task', state: 'COMPLETED' },
    }),
    'one instance': [`/v2/process-instances/${instanceKey}`, null],
    'its elements': ['/v2/element-instances/search', ofInstance],
    'its variables': ['/v2/variables/search', ofInstance],
    'its jobs': ['/v2/jobs/search', ofInstance],
    'its incidents': ['/v2/incidents/search', ofInstance],
    'its journal': [`/api/audit?processInstanceKey=${instanceKey}&limit=100`, null],
    'journal, newest': ['/api/audit?order=desc&limit=100', null],
    'journal, of a rare type': ['/api/audit?order=desc&limit=100&type=incident%20created', null],
    'journal, of a person': ['/api/audit?order=desc&limit=100&actor=user%3Amary', null],
    'journal, of agents': ['/api/audit?order=desc&limit=100&doneBy=ai', null],
    'journal, since yesterday': [
      `/api/audit?limit=100&from=${new Date(Date.now() - 1000).toISOString()}`,
      null,
    ],
    'journal types': ['/api/audit/types', null],
    'open tasks': [
      '/v2/user-tasks/search',
      { filter: { state: 'CREATED' }, sort: [{ field: 'creationDate', order: 'ASC' }], page },
    ],
    incidents: [
      '/v2/incidents/search',
      { filter: { state: 'ACTIVE' }, sort: [{ field: 'creationTime', order: 'DESC' }], page },
    ],
    'jobs of a type': ['/v2/jobs/search', { filter: { type: 'hold', state: 'CREATED' }, page }],
  };
  const result: Record<string, number> = {};
  for (const [name, [path, body]] of Object.entries(requests)) {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { status, text, ms } = body ? await load.post(path, body) : await load.get(path);
      if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
      times.push(ms);
    }
    result[name] = Number(median(times).toFixed(1));
  }
  return result;
}

/** Keys of waiting instances, spread over all of them. */
async function waitingKeys(load: Load): Promise<string[]> {
  const keys: string[] = [];
  let after: string | undefined;
  do {
    const body = { filter: { processDefinitionId: 'waiting' }, page: { limit: 5000, after } };
    const { text } = await load.post('/v2/process-instances/search', body);
    const answer = JSON.parse(text) as {
      items: { processInstanceKey: string }[];
      page: { endCursor: string | null };
    };
    keys.push(...answer.items.map(({ processInstanceKey }) => processInstanceKey));
    after = answer.page.endCursor ?? undefined;
    if (answer.items.length === 0) break;
  } while (after !== undefined);
  return keys;
}

/** Gives waiting instances, taken at random, a variable each. */
async function touchAtRandom(load: Load, keys: readonly string[], count: number): Promise<void> {
  const random = randomSource(20_260_101);
  let touched = 0;
  const toucher = async (): Promise<void> => {
    while (touched < count) {
      touched += 1;
      const key = keys[random.below(keys.length)];
      const body = { variables: { note: `note ${touched}` } };
      const { status, text } = await load.put(`/v2/element-instances/${key}/variables`, body);
      if (status >= 300) throw new Error(`Setting a variable of ${key} answered ${status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, toucher));
}

/** Megabytes of memory: now, and at the most. */
function memory({ child }: TestServer): { now: number; most: number } | null {
  try {
    const status = readFileSync(`/proc/${String(child?.pid)}/status`, 'utf8');
    const of = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024;
    return { now: Math.round(of('VmRSS')), most: Math.round(of('VmHWM')) };
  } catch {
    return null;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-growth-'));
const kept = process.env['BENCH_DATABASE'];
const large = kept ?? join(folder, 'large.db');
try {
  if (!existsSync(large)) {
    console.log(`making a database of ${SIZE.ended} ended and ${SIZE.waiting} waiting instances …`);
    await growDatabase(large, SIZE, (text) => console.log(`  ${text}`));
  }
  const throughput = await compareThroughput(large, join(folder, 'empty.db'));
  console.log(`\nthroughput against an empty database   ${throughput.time.toFixed(3)} of its rate`);
  console.log(`                                       ${throughput.cpu.toFixed(3)} by processor time`);

  // The first start after work also looks through what the last one left in the log.
  const starts: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const before = performance.now();
    const server = await startServer({ process: true, database: large });
    starts.push((performance.now() - before) / 1000);
    await server.close();
  }
  const startSeconds = median(starts);
  console.log(`start-up                               ${startSeconds.toFixed(2)} s`);

  const server = await startServer({ process: true, database: large });
  const load = createLoad(server.url, 64);
  try {
    const atStart = memory(server);
    const keys = await waitingKeys(load);
    const [instanceKey] = keys;
    const pageMs = await pages(load, instanceKey);
    await touchAtRandom(load, keys, TOUCHED);
    const afterWork = memory(server);
    console.log(`memory after the start                 ${atStart?.now ?? '-'} MB`);
    console.log(`memory after ${TOUCHED} random changes      ${afterWork?.now ?? '-'} MB`);
    console.log(`memory at the most                     ${afterWork?.most ?? '-'} MB\n`);
    console.log('request of a page                       ms');
    for (const [name, ms] of Object.entries(pageMs))
      console.log(`  ${name.padEnd(34)}${ms.toFixed(1).padStart(8)}`);
    const slowest = Object.entries(pageMs).sort(([, a], [, b]) => b - a)[0];
    console.log(
      `\nRESULT ${JSON.stringify({
        benchmark: 'growth',
        ...SIZE,
        throughput: Number(throughput.time.toFixed(3)),
        throughputByCpu: Number(throughput.cpu.toFixed(3)),
        startSeconds: Number(startSeconds.toFixed(2)),
        memoryMb: afterWork?.now ?? null,
        mostMemoryMb: afterWork?.most ?? null,
        slowestPage: slowest,
        ofLimit: {
          throughput: Number((throughput.time / LIMITS.throughput).toFixed(2)),
          startSeconds: Number((startSeconds / LIMITS.startSeconds).toFixed(2)),
          memory: afterWork && Number((afterWork.most / LIMITS.memoryMb).toFixed(2)),
          slowestPage: Number((slowest[1] / LIMITS.pageMs).toFixed(2)),
        },
      })}`,
    );
  } finally {
    load.close();
    await server.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
