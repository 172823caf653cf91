/**
 * Load for a server: so many callers start instances of a one-job process, so many workers do the jobs, all
 * over HTTP. Every answer is of something that is on disk.
 */
import type { ReadableStreamDefaultReader } from 'node:stream/web';
import { readJson } from '@countersign/engine';
import type { Connection } from '../cli/connection.js';
import { BENCH_ID, BENCH_MODEL } from './one-task.js';

/** How much load. */
export interface LoadRequest {
  readonly instances: number;
  /** Starts that are on their way at the same time. */
  readonly callers: number;
  /** Whether the jobs are pushed to the workers instead of polled for. */
  readonly stream: boolean;
  readonly progress: (text: string) => void;
}

/** What the load took. Times are milliseconds. */
export interface LoadResult {
  readonly instances: number;
  readonly callers: number;
  readonly seconds: number;
  /** Instances a second, from the first start to the last end. */
  readonly instancesPerSecond: number;
  /** From a start to its answer. */
  readonly startMedian: number;
  readonly start99: number;
  /** From the completion of a job to its answer. */
  readonly completionMedian: number;
  readonly completion99: number;
}

/** Workers that get jobs at the same time, and jobs that each takes. */
const POLLS = 4;
const JOBS_A_POLL = 32;

interface Job {
  readonly jobKey: string;
}

interface Activated {
  readonly jobs: readonly Job[];
}

/** Deploys the process and runs the instances to their end. */
export async function runLoad(
  connection: Connection,
  { instances, callers, stream, progress }: LoadRequest,
): Promise<LoadResult> {
  const form = new FormData();
  form.append('resources', new Blob([BENCH_MODEL]), 'countersign-bench.bpmn');
  await connection.post('/v2/deployments', form);

  const starts: number[] = [];
  const completions: number[] = [];
  let begun = 0;
  const timed = async (times: number[], work: () => Promise<unknown>): Promise<void> => {
    const at = performance.now();
    await work();
    times.push(performance.now() - at);
  };
  const caller = async (): Promise<void> => {
    while (begun < instances) {
      begun += 1;
      await timed(starts, () =>
        connection.post('/v2/process-instances', { processDefinitionId: BENCH_ID, variables: {} }),
      );
    }
  };
  const demand = { type: BENCH_ID, worker: 'countersign-bench', timeout: 300_000 };
  const open: ReadableStreamDefaultReader<string>[] = [];
  const complete = async ({ jobKey }: Job): Promise<void> => {
    await timed(completions, () => connection.post(`/v2/jobs/${jobKey}/completion`, {}));
    progress(`${String(completions.length)} of ${String(instances)} instances …`);
    if (completions.length === instances) await Promise.all(open.map((lines) => lines.cancel()));
  };
  const poller = async (): Promise<void> => {
    while (completions.length < instances) {
      const { jobs } = await connection.post<Activated>('/v2/jobs/activation', {
        ...demand,
        maxJobsToActivate: JOBS_A_POLL,
        requestTimeout: 200,
      });
      await Promise.all(jobs.map(complete));
    }
  };
  const reader = async (): Promise<void> => {
    const answer = await connection.open('/api/jobs/stream', { ...demand, capacity: JOBS_A_POLL });
    const text = answer.pipeThrough(new TextDecoderStream()).getReader();
    open.push(text);
    let failure: Error | undefined;
    let rest = '';
    for (let piece = await text.read(); !piece.done; piece = await text.read()) {
      const lines = (rest + piece.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((one) => one !== '')) {
        complete(readJson(line) as Job).catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error(String(error));
          return text.cancel();
        });
      }
    }
    if (failure) throw failure;
    if (completions.length < instances) throw new Error('The server has ended the stream of jobs.');
  };

  const at = performance.now();
  const many = (count: number, work: () => Promise<void>): Promise<void>[] =>
    Array.from({ length: count }, work);
  await Promise.all([...many(callers, caller), ...many(POLLS, stream ? reader : poller)]);
  const seconds = (performance.now() - at) / 1000;
  return {
    instances,
    callers,
    seconds: round(seconds),
    instancesPerSecond: Math.round(completions.length / seconds),
    startMedian: quantile(starts, 0.5),
    start99: quantile(starts, 0.99),
    completionMedian: quantile(completions, 0.5),
    completion99: quantile(completions, 0.99),
  };
}

function quantile(times: number[], part: number): number {
  times.sort((one, other) => one - other);
  return round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
