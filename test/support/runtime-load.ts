/** Callers and workers of a runtime in the same process, for benchmarks. */
import { setMaxListeners } from 'node:events';
import type { Key } from '@countersign/engine';
import type { Runtime } from '@countersign/server';
import { untilAvailable, waitFor } from '../../server/workers/until-available.js';

/** Creates `count` instances with at most `callers` in flight; comes back when it is told to. Throws where one is refused. */
export async function createAll(
  runtime: Runtime,
  processId: string,
  count: number,
  callers: number,
): Promise<void> {
  let started = 0;
  const caller = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      const created = await untilAvailable(
        () => runtime.createInstance({ processId, variables: {} }, 'client:bench'),
        waitFor,
      );
      if (!created.ok) throw new Error(created.rejection.reason);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

/** Completes a job without variables; comes back when it is told to. */
export function completeJob(runtime: Runtime, jobKey: Key): ReturnType<Runtime['execute']> {
  return untilAvailable(
    () => runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:bench'),
    waitFor,
  );
}

/** Works jobs of a type off until `count` are completed. Throws where a completion is refused. */
export async function completeAll(
  runtime: Runtime,
  type: string,
  count: number,
  workers: number,
): Promise<void> {
  let completed = 0;
  const over = new AbortController();
  // Each worker that polls is a listener.
  setMaxListeners(0, over.signal);
  const complete = async (jobKey: Key): Promise<void> => {
    const result = await completeJob(runtime, jobKey);
    if (!result.ok) throw new Error(result.rejection.reason);
    completed += 1;
    if (completed === count) over.abort();
  };
  const lease = { type, worker: 'bench', timeoutMs: 600_000, maxJobs: 100, signal: over.signal };
  const worker = async (): Promise<void> => {
    while (completed < count) {
      const jobs = await untilAvailable(() => runtime.activateJobs(lease), waitFor);
      await Promise.all(jobs.map(({ jobKey }) => complete(jobKey)));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
