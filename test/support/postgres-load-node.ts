/**
 * A server of the PostgreSQL benchmark, in a process of its own: creates its share of instances, works jobs off
 * until it is told to stop, and tells what processor time it used. Started with an IPC channel.
 */
import { setMaxListeners } from 'node:events';
import { openRuntime } from '@countersign/server';
import { untilAvailable, waitFor } from '../../server/workers/until-available.js';
import { completeJob, createAll } from './runtime-load.js';

const [database, processId, count, callers, workers] = process.argv.slice(2);
const runtime = await openRuntime({ database });
const over = new AbortController();
setMaxListeners(0, over.signal);

async function work(): Promise<void> {
  const lease = { type: 'work', worker: 'bench', timeoutMs: 600_000, maxJobs: 100, signal: over.signal };
  while (!over.signal.aborted) {
    const jobs = await untilAvailable(() => runtime.activateJobs(lease), waitFor);
    await Promise.all(jobs.map(({ jobKey }) => completeJob(runtime, jobKey)));
  }
}

process.on('message', (message) => {
  if (message === 'begin') void run();
  else over.abort();
});
process.send?.('ready');

async function run(): Promise<void> {
  const before = process.cpuUsage();
  const working = Promise.all(Array.from({ length: Number(workers) }, work));
  await createAll(runtime, processId, Number(count), Number(callers));
  await working;
  const { user, system } = process.cpuUsage(before);
  const { commits } = runtime.figures();
  // The database is dropped as soon as all have told.
  await runtime.shutdown();
  process.send?.({ cpu: (user + system) / 1e6, commits }, () => process.exit(0));
}
