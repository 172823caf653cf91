/**
 * What the sequencer costs: durable one-task instances a second with rows taken into the signed tree meanwhile, against
 * the same without; rounds of both take turns. Prints how long rows waited for their checkpoint at full load.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Key } from '@countersign/engine';
import { openRuntime } from '@countersign/server';
import type { Runtime } from '@countersign/server';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';

const INSTANCES = Number(process.env['BENCH_INSTANCES'] ?? 20_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const CALLERS = 400;

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

/** Creates instances and works their jobs off, many at a time. */
async function load(runtime: Runtime, count: number): Promise<void> {
  let started = 0;
  let completed = 0;
  const over = new AbortController();
  const caller = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      await runtime.createInstance({ processId: 'one-task', variables: {} }, 'client:bench');
    }
  };
  const complete = async (jobKey: Key): Promise<void> => {
    await runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:bench');
    completed += 1;
    if (completed === count) over.abort();
  };
  const worker = async (): Promise<void> => {
    const request = { type: 'work', worker: 'bench', timeoutMs: 600_000, maxJobs: 100, signal: over.signal };
    while (completed < count) {
      const jobs = await runtime.activateJobs(request);
      await Promise.all(jobs.map(({ jobKey }) => complete(jobKey)));
    }
  };
  await Promise.all([...Array.from({ length: CALLERS }, caller), ...Array.from({ length: 8 }, worker)]);
}

interface Round {
  readonly rate: number;
  readonly longestWait: number;
}

async function run(folder: string, name: string, isSequenced: boolean): Promise<Round> {
  const path = join(folder, `${name}.db`);
  const runtime = await openRuntime({ database: path });
  await runtime.deploy({ resources: [{ name: 'a.bpmn', content: ONE_TASK }], actor: 'client:bench' });
  const onError = (error: unknown): void => {
    throw error as Error;
  };
  const trail = isSequenced ? await openAuditTrail(runtime, trailFiles(path), { onError }) : undefined;
  await load(runtime, INSTANCES / 10);
  await trail?.catchUp();
  const started = performance.now();
  await load(runtime, INSTANCES);
  const rate = INSTANCES / ((performance.now() - started) / 1000);
  await trail?.catchUp();
  const longestWait = trail?.figures().longestWait ?? 0;
  await trail?.close();
  await runtime.shutdown();
  return { rate, longestWait };
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const ratios: { ratio: number; on: Round; off: Round }[] = [];
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const off = await run(folder, `off-${round}`, false);
    const on = await run(folder, `on-${round}`, true);
    ratios.push({ ratio: on.rate / off.rate, on, off });
    console.log(
      `round ${round + 1}: ${off.rate.toFixed(0)} instances/s without, ${on.rate.toFixed(0)} with: ratio ` +
        `${(on.rate / off.rate).toFixed(3)}; a row waited ${on.longestWait} ms at most`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
/** The middle of the sorted numbers, or the mean of the two in the middle. */
function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const longestWaits = ratios.map(({ on }) => on.longestWait);
const ratio = medianOf(ratios.map((round) => round.ratio));
console.log(
  `median of ${ratios.length} rounds: ratio ${ratio.toFixed(3)}, longest wait ${medianOf(longestWaits).toFixed(0)} ms; ` +
    `the longest of all ${Math.max(...longestWaits)} ms`,
);
console.log(
  `RESULT ${JSON.stringify({
    benchmark: 'sequencer',
    ratio: Number(ratio.toFixed(3)),
    atLeast: 0.9,
    longestWaitMs: Math.max(...longestWaits),
    atMostMs: 2000,
  })}`,
);
