/**
 * How near the runtime comes to the disk: durable one-task instances a second (created, job activated, completed,
 * ended; every commit synced) against the bare insertion of the very same rows: those of the journal and those of the
 * projections (process instance, element instances, job) in their last state, each row once, by prepared statements,
 * one row a call, into the same schema with the same settings and as many commits. What a row costs more because it is
 * written twice, as a job that is leased and later completed, is the runtime's to bear, and so are its callers and
 * workers, which run in the same process.
 *
 * A second figure is stricter: against the rows of the journal alone. A third runs the same XML on the npm package
 * `bpmn-engine`, in memory.
 *
 * Both sides take turns, so that a machine that is busy with other things is busy for both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '@countersign/server';
import type { Runtime } from '@countersign/server';
import { openStore } from '../../server/store/store.js';
import { createRowReader, insertBare } from '../support/bare-rows.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { readPeerModel } from '../support/peer-engine.js';
import { completeAll, createAll } from '../support/runtime-load.js';

const TURNS = Number(process.env['BENCH_TURNS'] ?? 15);
/** Instances of a turn. */
const INSTANCES = 4000;
const CALLERS = 400;
const WORKERS = 8;

const LIMITS = { ratio: 0.55, timesPeer: 20 };

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

/** Seconds of time and of processor time. */
interface Cost {
  readonly time: number;
  readonly cpu: number;
}

interface Turn {
  readonly runtime: Cost;
  readonly bare: Cost;
  readonly bareJournal: Cost;
  readonly rows: number;
  readonly commits: number;
}

/** What a call costs, with what it answers. */
async function costOf<T>(call: () => Promise<T> | T): Promise<Cost & { readonly value: T }> {
  const before = process.cpuUsage();
  const started = performance.now();
  const value = await call();
  const time = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { time, cpu: (user + system) / 1e6, value };
}

async function openWithProcess(database: string): Promise<Runtime> {
  const runtime = await openRuntime({ database });
  const resources = [{ name: 'one-task.bpmn', content: ONE_TASK }];
  const deployed = await runtime.deploy({ resources, actor: 'client:bench' });
  if (!deployed.ok) throw new Error(deployed.problems[0].message);
  return runtime;
}

/** Creates and completes instances. */
async function work(runtime: Runtime, count: number): Promise<void> {
  await Promise.all([
    createAll(runtime, 'one-task', count, CALLERS),
    completeAll(runtime, 'work', count, WORKERS),
  ]);
}

async function runTurns(folder: string): Promise<Turn[]> {
  const runtime = await openWithProcess(join(folder, 'runtime.db'));
  const bareStore = await openStore(join(folder, 'bare.db'));
  const journalStore = await openStore(join(folder, 'journal.db'));
  const newRows = createRowReader(runtime.store);
  const turns: Turn[] = [];
  for (let turn = -2; turn < TURNS; turn += 1) {
    const commitsBefore = runtime.figures().commits;
    const runtimeCost = await costOf(() => work(runtime, INSTANCES));
    const commits = runtime.figures().commits - commitsBefore;
    const rows = newRows();
    const bare = await costOf(() => insertBare(bareStore, rows, commits));
    const journal = rows.filter(({ table }) => table.startsWith('audit'));
    const bareJournal = await costOf(() => insertBare(journalStore, journal, commits));
    const count = rows.reduce((sum, table) => sum + table.rows.length, 0);
    if (turn >= 0) turns.push({ runtime: runtimeCost, bare, bareJournal, rows: count, commits });
  }
  await runtime.shutdown();
  await bareStore.close();
  await journalStore.close();
  return turns;
}

/** Instances a second of `bpmn-engine`, in memory, its model read once. */
async function peerRate(): Promise<number> {
  const peer = await readPeerModel(ONE_TASK);
  const run = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await peer.run({}, 'quick');
  };
  await run(100);
  return 400 / (await costOf(() => run(400))).time;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const micros = (cost: Cost): number => (cost.cpu * 1e6) / INSTANCES;

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
let turns: Turn[];
try {
  turns = await runTurns(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const peer = await peerRate();

console.log(
  `${TURNS} turns of ${INSTANCES} one-task instances, ${CALLERS} callers, ${WORKERS} workers, synchronous=FULL\n`,
);
console.log('turn   instances/s   bare/s   ratio   journal alone   CPU µs   bare CPU µs   rows/commit');
for (const [index, turn] of turns.entries()) {
  const cells = [
    String(index + 1).padStart(4),
    (INSTANCES / turn.runtime.time).toFixed(0).padStart(14),
    (INSTANCES / turn.bare.time).toFixed(0).padStart(9),
    (turn.bare.time / turn.runtime.time).toFixed(3).padStart(8),
    (turn.bareJournal.time / turn.runtime.time).toFixed(3).padStart(16),
    micros(turn.runtime).toFixed(0).padStart(9),
    micros(turn.bare).toFixed(0).padStart(14),
    (turn.rows / turn.commits).toFixed(0).padStart(14),
  ];
  console.log(cells.join(''));
}
const rate = median(turns.map(({ runtime }) => INSTANCES / runtime.time));
const ratio = median(turns.map(({ runtime, bare }) => bare.time / runtime.time));
const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
console.log('');
console.log(
  `RESULT ${JSON.stringify({
    benchmark: 'runtime',
    instancesPerSecond: Math.round(rate),
    bareInstancesPerSecond: Math.round(median(turns.map(({ bare }) => INSTANCES / bare.time))),
    ratio: round(ratio),
    cpuRatio: round(median(turns.map(({ runtime, bare }) => bare.cpu / runtime.cpu))),
    journalAloneRatio: round(
      median(turns.map(({ runtime, bareJournal }) => bareJournal.time / runtime.time)),
    ),
    journalAloneCpuRatio: round(
      median(turns.map(({ runtime, bareJournal }) => bareJournal.cpu / runtime.cpu)),
    ),
    cpuMicros: round(median(turns.map(({ runtime }) => micros(runtime))), 1),
    rowsPerInstance: round(turns[0].rows / INSTANCES, 1),
    peerInstancesPerSecond: Math.round(peer),
    timesPeer: round(rate / peer, 1),
    ofLimit: { ratio: round(ratio / LIMITS.ratio, 2), timesPeer: round(rate / peer / LIMITS.timesPeer, 2) },
  })}`,
);
