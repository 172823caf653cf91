/**
 * How near the runtime comes to the disk: durable one-task instances a second (created, job activated,
 * completed, ended; every commit synced) against the bare insertion of the very same journal rows, by one
 * prepared statement, into the same schema with the same settings and as many rows a commit.
 *
 * Callers and workers run in the same process and on the same core as the runtime, and are counted.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '@countersign/server';
import type { Runtime } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { AUDIT_COLUMNS } from '../../server/store/journal.js';
import { openStore } from '../../server/store/store.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';

const INSTANCES = Number(process.env['BENCH_INSTANCES'] ?? 20_000);
const CALLERS = 400;
const WORKERS = 8;
const ROUNDS = 3;

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

interface Round {
  readonly runtime: number;
  readonly bare: number;
  readonly rowsPerInstance: number;
  readonly rowsPerCommit: number;
  readonly medianLatency: number;
  /** Microseconds of processor time an instance: of the runtime with callers and workers, and of the bare insertion. */
  readonly runtimeCpu: number;
  readonly bareCpu: number;
}

/** Microseconds of processor time this process has used. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const INSERT = `insert into audit (${AUDIT_COLUMNS.join(', ')}) values (${AUDIT_COLUMNS.map(() => '?').join(', ')})`;

type SqlValue = string | number | null;

/** Creates instances with so many in flight until `count` have been created; answers the latencies in milliseconds. */
async function createAll(runtime: Runtime, count: number): Promise<number[]> {
  const latencies: number[] = [];
  let started = 0;
  const caller = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      const at = performance.now();
      const created = await runtime.createInstance({ processId: 'one-task', variables: {} }, 'client:bench');
      if (!created.ok) throw new Error(created.rejection.reason);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return latencies;
}

/** Works jobs off until `count` are completed. */
async function completeAll(runtime: Runtime, count: number): Promise<void> {
  let completed = 0;
  const over = new AbortController();
  const complete = async (jobKey: Key): Promise<void> => {
    const result = await runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:bench');
    if (!result.ok) throw new Error(result.rejection.reason);
    completed += 1;
    if (completed === count) over.abort();
  };
  const worker = async (): Promise<void> => {
    while (completed < count) {
      const request = {
        type: 'work',
        worker: 'bench',
        timeoutMs: 600_000,
        maxJobs: 100,
        signal: over.signal,
      };
      const jobs = await runtime.activateJobs(request);
      await Promise.all(jobs.map(({ jobKey }) => complete(jobKey)));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

/** Seconds and processor time that the rows take when nothing is done but inserting them. */
async function insertBare(
  path: string,
  rows: readonly SqlValue[][],
  rowsPerCommit: number,
): Promise<{ seconds: number; cpu: number }> {
  const store = await openStore(path);
  const { connection } = store;
  const insert = connection.prepare(INSERT);
  const begin = connection.prepare('begin immediate');
  const commit = connection.prepare('commit');
  const cpuBefore = cpu();
  const started = performance.now();
  for (let first = 0; first < rows.length; first += rowsPerCommit) {
    begin.run();
    for (const row of rows.slice(first, first + rowsPerCommit)) insert.run(...row);
    commit.run();
  }
  const seconds = (performance.now() - started) / 1000;
  const used = cpu() - cpuBefore;
  await store.close();
  return { seconds, cpu: used };
}

async function runRound(folder: string, round: number): Promise<Round> {
  const runtime = await openRuntime({ database: join(folder, `runtime-${round}.db`) });
  const deployed = await runtime.deploy({
    resources: [{ name: 'one-task.bpmn', content: ONE_TASK }],
    actor: 'client:bench',
  });
  if (!deployed.ok) throw new Error(deployed.problems[0].message);
  await Promise.all([createAll(runtime, INSTANCES / 10), completeAll(runtime, INSTANCES / 10)]);
  const { connection } = runtime.store;
  const { position } = connection.prepare('select max(position) as position from audit').get() as {
    position: number;
  };
  const commitsBefore = runtime.figures().commits;

  const cpuBefore = cpu();
  const started = performance.now();
  const [latencies] = await Promise.all([createAll(runtime, INSTANCES), completeAll(runtime, INSTANCES)]);
  const seconds = (performance.now() - started) / 1000;
  const runtimeCpu = (cpu() - cpuBefore) / INSTANCES;

  const commits = runtime.figures().commits - commitsBefore;
  const stored = connection
    .prepare(`select ${AUDIT_COLUMNS.join(', ')} from audit where position > ? order by position`)
    .all(position);
  const rows = (stored as Record<string, SqlValue>[]).map((row) => Object.values(row));
  await runtime.shutdown();
  const rowsPerCommit = Math.round(rows.length / commits);
  const bare = await insertBare(join(folder, `bare-${round}.db`), rows, rowsPerCommit);
  latencies.sort((a, b) => a - b);
  return {
    runtime: INSTANCES / seconds,
    bare: INSTANCES / bare.seconds,
    runtimeCpu,
    bareCpu: bare.cpu / INSTANCES,
    rowsPerInstance: rows.length / INSTANCES,
    rowsPerCommit,
    medianLatency: latencies[Math.floor(latencies.length / 2)],
  };
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const rounds: Round[] = [];
try {
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runRound(folder, round));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const figures = rounds.map((round) => ({ ...round, ratio: round.runtime / round.bare }));
console.log(
  `${INSTANCES} one-task instances a round, ${CALLERS} callers, ${WORKERS} workers, synchronous=FULL\n`,
);
console.log(
  'round   instances/s   bare/s   ratio   rows/instance   rows/commit   median ms   CPU µs   bare µs',
);
for (const [
  index,
  { runtime, bare, ratio, rowsPerInstance, rowsPerCommit, medianLatency, ...cost },
] of figures.entries()) {
  const cells = [
    String(index + 1).padStart(5),
    runtime.toFixed(0).padStart(14),
    bare.toFixed(0).padStart(9),
    ratio.toFixed(3).padStart(8),
    rowsPerInstance.toFixed(1).padStart(16),
    String(rowsPerCommit).padStart(14),
    medianLatency.toFixed(1).padStart(12),
    cost.runtimeCpu.toFixed(0).padStart(9),
    cost.bareCpu.toFixed(0).padStart(10),
  ];
  console.log(cells.join(''));
}
const median = [...figures].sort((a, b) => a.ratio - b.ratio)[Math.floor(figures.length / 2)];
console.log('');
console.log(
  `RESULT ${JSON.stringify({
    benchmark: 'runtime',
    instancesPerSecond: Math.round(median.runtime),
    bareInstancesPerSecond: Math.round(median.bare),
    ratio: Number(median.ratio.toFixed(3)),
    cpuRatio: Number((median.bareCpu / median.runtimeCpu).toFixed(3)),
    rowsPerInstance: Number(median.rowsPerInstance.toFixed(1)),
    rowsPerCommit: median.rowsPerCommit,
    medianCreateMs: Number(median.medianLatency.toFixed(1)),
  })}`,
);
