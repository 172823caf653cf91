/**
 * Whether rows should be written by a thread of their own. The same rows, those of one-task instances, are written in
 * the same commits: by the main thread itself, and by a thread that is sent them. What matters is how long the main
 * thread is busy for an instance either way, since it has the engine and HTTP to run besides; how long the whole takes
 * when the main thread does nothing else; and how long a lone commit takes.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { openRuntime } from '@countersign/server';
import { openStore } from '../../server/store/store.js';
import { createBatchInsert, createRowReader, partOf, type TableRows } from '../support/bare-rows.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { completeAll, createAll } from '../support/runtime-load.js';

const TURNS = 7;
const INSTANCES = 4000;
/** Commits of a turn: as many instances share one as in the benchmark of the runtime. */
const COMMITS = 20;
/** Batches that the thread is ahead of its answers at most. */
const AHEAD = 2;

/** Microseconds an instance: of the whole, and of the main thread. */
interface Cost {
  readonly whole: number;
  readonly main: number;
}

/** The rows of turns, each made by the runtime. */
async function makeRows(database: string): Promise<TableRows[][]> {
  const runtime = await openRuntime({ database });
  const content = bpmnXml({
    id: 'one-task',
    nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
    flows: chain('start', 'work', 'end'),
  });
  const deployed = await runtime.deploy({
    resources: [{ name: 'one-task.bpmn', content }],
    actor: 'client:bench',
  });
  if (!deployed.ok) throw new Error(deployed.problems[0].message);
  const read = createRowReader(runtime.store);
  read();
  const turns: TableRows[][] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    await Promise.all([
      createAll(runtime, 'one-task', INSTANCES, 400),
      completeAll(runtime, 'work', INSTANCES, 8),
    ]);
    turns.push(read());
  }
  await runtime.shutdown();
  return turns;
}

type Write = (tables: readonly TableRows[]) => Promise<void>;

async function costOf(
  write: Write,
  tables: readonly TableRows[],
  commits: number,
  ahead: number,
): Promise<Cost> {
  const parts = Array.from({ length: commits }, (_, index) => partOf(tables, index, commits));
  // What a part is made of stands ready, as in the runtime; only its way into the database counts.
  await new Promise(setImmediate);
  const before = performance.eventLoopUtilization();
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (const part of parts) {
    pending.push(write(part));
    if (pending.length > ahead) await pending.shift();
  }
  await Promise.all(pending);
  const whole = performance.now() - started;
  const { active } = performance.eventLoopUtilization(before);
  return { whole: (whole * 1000) / INSTANCES, main: (active * 1000) / INSTANCES };
}

/** Milliseconds of a commit that nothing shares: the rows of one instance. */
async function lone(write: Write, tables: readonly TableRows[]): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 200; index += 1) {
    const part = partOf(tables, index, INSTANCES);
    const started = performance.now();
    await write(part);
    times.push(performance.now() - started);
  }
  return median(times);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
try {
  const turns = await makeRows(join(folder, 'runtime.db'));
  const [alone, ...rest] = turns;

  const store = await openStore(join(folder, 'itself.db'));
  const insert = createBatchInsert(store);
  const itself: Write = (tables) => {
    insert(tables);
    return Promise.resolve();
  };
  const thread = new Worker(new URL('../support/writing-thread.js', import.meta.url), {
    workerData: { database: join(folder, 'thread.db') },
  });
  await once(thread, 'message');
  const answers: (() => void)[] = [];
  thread.on('message', () => answers.shift()?.());
  const byThread: Write = (tables) =>
    new Promise((resolve) => {
      answers.push(resolve);
      thread.postMessage(tables);
    });

  const loneMs = { itself: await lone(itself, alone), thread: await lone(byThread, alone) };
  const costs: { itself: Cost; thread: Cost }[] = [];
  for (const tables of rest) {
    costs.push({
      itself: await costOf(itself, tables, COMMITS, 0),
      thread: await costOf(byThread, tables, COMMITS, AHEAD),
    });
  }
  await thread.terminate();
  await store.close();

  const of = (pick: (cost: { itself: Cost; thread: Cost }) => number): number =>
    Number(median(costs.map(pick)).toFixed(1));
  const result = {
    benchmark: 'writer-thread',
    mainMicros: { itself: of(({ itself }) => itself.main), thread: of(({ thread }) => thread.main) },
    wholeMicros: { itself: of(({ itself }) => itself.whole), thread: of(({ thread }) => thread.whole) },
    loneMs: { itself: Number(loneMs.itself.toFixed(2)), thread: Number(loneMs.thread.toFixed(2)) },
  };
  console.log('                                              main thread   a thread of its own');
  const row = (title: string, { itself, thread }: { itself: number; thread: number }): void =>
    console.log(title.padEnd(44), String(itself).padStart(12), String(thread).padStart(21));
  row('main thread busy, µs an instance', result.mainMicros);
  row('whole, µs an instance', result.wholeMicros);
  row('a lone commit, ms', result.loneMs);
  console.log(`\nRESULT ${JSON.stringify(result)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
