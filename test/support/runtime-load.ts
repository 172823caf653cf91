/** Callers and workers of a runtime in the same process, for benchmarks. */
import type { Key } from '@countersign/engine';
import type { Runtime } from '@countersign/server';

/** Creates `count` instances with at most `callers` in flight. Throws where one is refused. */
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
      const created = await runtime.createInstance({ processId, variables: {} }, 'client:bench');
      if (!created.ok) throw new Error(created.rejection.reason);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
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
  const complete = async (jobKey: Key): Promise<void> => {
    const result = await runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:bench');
    if (!result.ok) throw new Error(result.rejection.reason);
    completed += 1;
    if (completed === count) over.abort();
  };
  const lease = { type, worker: 'bench', timeoutMs: 600_000, maxJobs: 100, signal: over.signal };
  const worker = async (): Promise<void> => {
    while (completed < count) {
      const jobs = await runtime.activateJobs(lease);
      await Promise.all(jobs.map(({ jobKey }) => complete(jobKey)));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
