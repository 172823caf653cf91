/**
 * The runtime on PostgreSQL, with every commit synced to disk.
 *
 * First: durable one-task instances a second (created, job activated, completed, ended) against the bare insertion of
 * the very same rows: those of the journal and of the projections in their last state, each row once, by the same bulk
 * statements (arrays, prepared once), in as many commits, into an empty database of the same server. Both take turns.
 *
 * Second: two nodes against one, in processes of their own: processor time an instance, of the nodes and of PostgreSQL.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { openRuntime } from '@countersign/server';
import { createBulkInsert } from '../../server/store/bulk-insert.js';
import { openStore } from '../../server/store/store.js';
import type { Store } from '../../server/store/store.js';
import { INSTANCE_TABLES } from '../support/bare-rows.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { startPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { completeAll, createAll } from '../support/runtime-load.js';

const TURNS = Number(process.env['BENCH_TURNS'] ?? 5);
const INSTANCES = Number(process.env['BENCH_INSTANCES'] ?? 4_000);
const CALLERS = 800;
const WORKERS = 16;
const LIMITS = { ratio: 0.4, cpuOfTwo: 1.3 };

const PROCESS = 'one-task';
const MODEL = bpmnXml({
  id: PROCESS,
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

type Value = string | number | null;

/** Columns that the database fills in by itself. */
const GIVEN = new Set(['transaction_id']);

interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

function newest(store: Store): Map<string, number> {
  return new Map(
    INSTANCE_TABLES.map(([table, column]) => {
      const row = store.connection.prepare(`select max(${column}) as last from ${table}`).get();
      return [table, (row as { last: number | null }).last ?? 0];
    }),
  );
}

function rowsAfter(store: Store, last: ReadonlyMap<string, number>): TableRows[] {
  return INSTANCE_TABLES.map(([table, column]) => {
    const sql = `select * from ${table} where ${column} > ? order by ${column}`;
    const found = store.connection.prepare(sql).all(last.get(table) ?? 0) as Record<string, Value>[];
    const columns = Object.keys(found[0] ?? {}).filter((name) => !GIVEN.has(name));
    return { table, columns, rows: found.map((row) => columns.map((name) => row[name])) };
  });
}

/** Seconds that the rows take when nothing is done but inserting them, in so many commits. */
async function insertBare(
  postgres: TestPostgres,
  tables: readonly TableRows[],
  commits: number,
): Promise<number> {
  const database = await postgres.create();
  const store = await openStore(database);
  const { connection } = store;
  const inserts = tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ table, columns, rows }) => ({ bulk: createBulkInsert(connection, table, columns), rows }));
  const started = performance.now();
  for (let commit = 0; commit < commits; commit += 1) {
    connection.begin();
    for (const { bulk, rows } of inserts) {
      const part = rows.slice(
        Math.floor((rows.length * commit) / commits),
        Math.floor((rows.length * (commit + 1)) / commits),
      );
      if (part.length > 0) bulk.insert(part.flat());
    }
    await connection.commit();
  }
  const seconds = (performance.now() - started) / 1000;
  await store.close();
  await postgres.drop(database);
  return seconds;
}

interface Turn {
  readonly runtime: number;
  readonly bare: number;
  readonly ratio: number;
  readonly rows: number;
  readonly commits: number;
}

async function compare(postgres: TestPostgres): Promise<Turn[]> {
  const runtime = await openRuntime({ database: await postgres.create() });
  await runtime.deploy({ resources: [{ name: 'one-task.bpmn', content: MODEL }], actor: 'client:bench' });
  const run = (count: number): Promise<unknown> =>
    Promise.all([createAll(runtime, PROCESS, count, CALLERS), completeAll(runtime, 'work', count, WORKERS)]);
  await run(INSTANCES);
  const turns: Turn[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const last = newest(runtime.store);
    const before = runtime.figures().commits;
    const started = performance.now();
    await run(INSTANCES);
    const seconds = (performance.now() - started) / 1000;
    const commits = runtime.figures().commits - before;
    const tables = rowsAfter(runtime.store, last);
    const bare = await insertBare(postgres, tables, commits);
    const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
    turns.push({
      runtime: INSTANCES / seconds,
      bare: INSTANCES / bare,
      ratio: bare / seconds,
      rows,
      commits,
    });
  }
  await runtime.shutdown();
  return turns;
}

/** Seconds of processor time that PostgreSQL's processes have used: the ones that run, and those that ended. */
function postgresCpu(pid: number): number {
  const ticks = (of: string): number[] =>
    readFileSync(`/proc/${of}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .slice(11, 15)
      .map(Number);
  const [user, system, endedUser, endedSystem] = ticks(String(pid));
  let sum = user + system + endedUser + endedSystem;
  for (const of of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = readFileSync(`/proc/${of}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1];
      if (Number(parent) === pid) sum += ticks(of)[0] + ticks(of)[1];
    } catch {
      // It ended meanwhile.
    }
  }
  return sum / 100;
}

/** Seconds of processor time and of time an instance, with so many nodes. */
async function runNodes(postgres: TestPostgres, count: number): Promise<{ cpu: number; perSecond: number }> {
  const database = await postgres.create();
  const first = await openRuntime({ database });
  await first.deploy({ resources: [{ name: 'one-task.bpmn', content: MODEL }], actor: 'client:bench' });
  await first.shutdown();
  const share = Math.ceil((2 * INSTANCES) / count);
  const file = new URL('../support/postgres-load-node.js', import.meta.url);
  const args = [database, PROCESS, share, CALLERS / count, WORKERS / count].map(String);
  const nodes: ChildProcess[] = Array.from({ length: count }, () => fork(file, args));
  await Promise.all(nodes.map((node) => once(node, 'message')));
  const pid = postgres.pid() ?? 0;
  const before = postgresCpu(pid);
  const started = performance.now();
  for (const node of nodes) node.send('begin');
  const ended = nodes.map((node) => once(node, 'message') as Promise<[{ cpu: number }]>);
  const done = `select count(*) as done from process_instance where state = 'COMPLETED'`;
  while (Number((await postgres.query<{ done: string }>(database, done))[0].done) < share * count)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const seconds = (performance.now() - started) / 1000;
  for (const node of nodes) node.send('stop');
  const used = (await Promise.all(ended)).reduce((sum, [{ cpu }]) => sum + cpu, 0);
  const all = used + postgresCpu(pid) - before;
  await postgres.drop(database);
  return { cpu: all / (share * count), perSecond: (share * count) / seconds };
}

const median = <T>(list: readonly T[], by: (item: T) => number): T =>
  [...list].sort((a, b) => by(a) - by(b))[Math.floor(list.length / 2)];

const postgres = await startPostgres([
  '-c',
  'fsync=on',
  '-c',
  'shared_buffers=512MB',
  '-c',
  'max_wal_size=8GB',
]);
try {
  console.log(`${INSTANCES} one-task instances a turn, ${CALLERS} callers, ${WORKERS} workers, fsync=on\n`);
  console.log('turn   instances/s   bare/s   ratio   rows/instance   rows/commit');
  const turns = await compare(postgres);
  for (const [index, { runtime, bare, ratio, rows, commits }] of turns.entries()) {
    const cells = [
      String(index + 1).padStart(4),
      runtime.toFixed(0).padStart(14),
      bare.toFixed(0).padStart(9),
    ];
    cells.push(ratio.toFixed(3).padStart(8), (rows / INSTANCES).toFixed(1).padStart(16));
    console.log(cells.join('') + (rows / commits).toFixed(0).padStart(14));
  }
  const turn = median(turns, ({ ratio }) => ratio);
  let cpuOfTwo: number | null = null;
  if (postgres.pid() !== null && process.platform === 'linux') {
    const pairs: { one: number; two: number }[] = [];
    console.log('\nnodes   instances/s   CPU µs an instance');
    for (let pair = 0; pair < 3; pair += 1) {
      const one = await runNodes(postgres, 1);
      const two = await runNodes(postgres, 2);
      for (const [nodes, { perSecond, cpu }] of [
        [1, one],
        [2, two],
      ] as const) {
        console.log(
          `${String(nodes).padStart(5)}${perSecond.toFixed(0).padStart(14)}${(cpu * 1e6).toFixed(0).padStart(21)}`,
        );
      }
      pairs.push({ one: one.cpu, two: two.cpu });
    }
    const pair = median(pairs, ({ one, two }) => two / one);
    cpuOfTwo = Number((pair.two / pair.one).toFixed(2));
  } else console.log('\nTwo nodes are not compared: that needs Linux and a PostgreSQL of our own.');
  const ratio = Number(turn.ratio.toFixed(3));
  const isMet = ratio >= LIMITS.ratio && (cpuOfTwo === null || cpuOfTwo <= LIMITS.cpuOfTwo);
  console.log(
    `\nratio at least ${LIMITS.ratio}: ${ratio}; CPU of two nodes at most ${LIMITS.cpuOfTwo} times: ${cpuOfTwo ?? '–'}`,
  );
  const result = {
    benchmark: 'postgres',
    instancesPerSecond: Math.round(turn.runtime),
    ratio,
    cpuOfTwo,
    isMet,
  };
  console.log(`RESULT ${JSON.stringify(result)}`);
} finally {
  await postgres.stop();
}
