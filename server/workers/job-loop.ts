/**
 * The loop of a built-in worker. It leases jobs, works on several at once, and completes or fails them, all
 * through the interface that an outside worker has; it knows nothing of tokens.
 */
import type { Actor, JsonObject, Key } from '@countersign/engine';
import { Unavailable } from '../runtime/errors.js';
import type { ActivatedJob, CommandResult, Runtime } from '../runtime/runtime.js';
import { untilAvailable, waitFor } from './until-available.js';

/** What became of a job. `over`: it was done or cancelled meanwhile, there is nothing to say. */
export type JobOutcome =
  | { readonly type: 'complete'; readonly variables: JsonObject }
  | {
      readonly type: 'fail';
      readonly errorMessage: string;
      /** Retries left; undefined takes one off, 0 makes an incident. */
      readonly retries: number | undefined;
      /** Milliseconds before the job is tried again. */
      readonly retryBackOff: number;
    }
  /** A BPMN error, caught by a boundary event or an incident. */
  | { readonly type: 'error'; readonly errorCode: string; readonly errorMessage: string }
  | { readonly type: 'over' };

/** A built-in worker. */
export interface BuiltInWorker {
  /** As it stands in COUNTERSIGN_WORKERS and in the leases of its jobs. */
  readonly name: string;
  readonly jobType: string;
  /** Milliseconds of the first lease. */
  readonly leaseMs: number;
  /** Jobs in work at the same time, at most. */
  readonly maxJobs: number;
  /** Who completes or fails a job in the journal. */
  actorOf(job: ActivatedJob): Actor;
  /** Does the work. When the signal comes, it should end soon. */
  work(job: ActivatedJob, signal: AbortSignal): Promise<JobOutcome>;
}

/** A worker that runs. */
export interface RunningWorker {
  /** Takes no more jobs, gives those in work a moment, then ends them. */
  stop(): Promise<void>;
}

/** The part of the runtime that workers use. */
export type JobInterface = Pick<Runtime, 'activateJobs' | 'execute' | 'updateJob'>;

/** How a worker runs. */
export interface LoopOptions {
  /** Told what nobody else is told: a defect, a database that stays away. */
  readonly onError: (error: unknown, what: string) => void;
  /** Milliseconds that jobs in work have after `stop`; 3,000 when absent. */
  readonly graceMs?: number;
}

const POLL = 60_000;
const PAUSE_AFTER_ERROR = 1000;
const DEFAULT_GRACE = 3000;

/** Starts a worker. */
export function startWorker(jobs: JobInterface, worker: BuiltInWorker, options: LoopOptions): RunningWorker {
  const stopping = new AbortController();
  const ending = new AbortController();
  const inWork = new Map<Key, Promise<void>>();

  const take = (job: ActivatedJob): void => {
    // A lease that ran out while the work went on brings the same job again.
    if (inWork.has(job.jobKey)) return;
    const work = doJob(jobs, worker, job, ending.signal)
      .catch((error: unknown) => {
        options.onError(error, `The worker ${worker.name} could not finish job ${job.jobKey}.`);
      })
      .finally(() => inWork.delete(job.jobKey));
    inWork.set(job.jobKey, work);
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const free = worker.maxJobs - inWork.size;
      if (free <= 0) {
        await Promise.race(inWork.values());
        continue;
      }
      try {
        const { signal } = stopping;
        const request = {
          type: worker.jobType,
          worker: worker.name,
          timeoutMs: worker.leaseMs,
          maxJobs: free,
        };
        for (const job of await jobs.activateJobs({ ...request, requestTimeoutMs: POLL, signal })) take(job);
      } catch (error) {
        if (!(error instanceof Unavailable))
          options.onError(error, `The worker ${worker.name} could not get jobs.`);
        await waitFor(error instanceof Unavailable ? error.retryAfterMs : PAUSE_AFTER_ERROR, stopping.signal);
      }
    }
  };
  const running = run();

  return {
    async stop() {
      stopping.abort();
      await running;
      const all = Promise.all(inWork.values());
      const done = new AbortController();
      void all.then(() => {
        done.abort();
      });
      await waitFor(options.graceMs ?? DEFAULT_GRACE, done.signal);
      ending.abort();
      await all;
    },
  };
}

async function doJob(
  jobs: JobInterface,
  worker: BuiltInWorker,
  job: ActivatedJob,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await worker.work(job, signal);
  const result = await handOver(jobs, worker.actorOf(job), job, outcome);
  if (!result || result.ok || result.rejection.type === 'NOT_FOUND') return;
  // The engine refuses what the work gave: somebody has to look at it.
  await handOver(jobs, worker.actorOf(job), job, {
    type: 'fail',
    errorMessage: result.rejection.reason,
    retries: 0,
    retryBackOff: 0,
  });
}

function handOver(
  jobs: JobInterface,
  actor: Actor,
  { jobKey }: ActivatedJob,
  outcome: JobOutcome,
): Promise<CommandResult> | undefined {
  switch (outcome.type) {
    case 'complete': {
      const { variables } = outcome;
      return untilAvailable(() => jobs.execute({ type: 'complete job', jobKey, variables }, actor), waitFor);
    }
    case 'fail': {
      const { errorMessage, retries, retryBackOff } = outcome;
      const command = {
        type: 'fail job',
        jobKey,
        retries,
        errorMessage,
        retryBackOff,
        variables: {},
      } as const;
      return untilAvailable(() => jobs.execute(command, actor), waitFor);
    }
    case 'error': {
      const { errorCode, errorMessage } = outcome;
      const command = { type: 'throw job error', jobKey, errorCode, errorMessage, variables: {} } as const;
      return untilAvailable(() => jobs.execute(command, actor), waitFor);
    }
    case 'over':
      return undefined;
  }
}
