/**
 * A runtime in a process of its own that creates and completes one-task instances when it is told to, and answers
 * with what that cost. Started by the benchmark of growth, twice: on a database that has grown and on an empty one.
 */
import { openRuntime } from '@countersign/server';
import { ONE_TASK } from './growth-database.js';
import { completeAll, createAll } from './runtime-load.js';

/** What is asked of the process: so many instances. */
export interface GrowthOrder {
  readonly instances: number;
}

/** What the process answers: seconds of time and of processor time. */
export interface GrowthAnswer {
  readonly time: number;
  readonly cpu: number;
}

const runtime = await openRuntime({ database: process.argv[2] });
// A file that is deployed already makes no new version.
const resources = [{ name: 'one-task.bpmn', content: ONE_TASK }];
const deployed = await runtime.deploy({ resources, actor: 'client:bench' });
if (!deployed.ok) throw new Error(deployed.problems[0].message);

process.on('message', (order: GrowthOrder) => {
  void work(order.instances).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => void runtime.shutdown().then(() => process.exit(0)));
process.send?.({ time: 0, cpu: 0 } satisfies GrowthAnswer);

async function work(instances: number): Promise<GrowthAnswer> {
  const before = process.cpuUsage();
  const started = performance.now();
  await Promise.all([
    createAll(runtime, 'one-task', instances, 400),
    completeAll(runtime, 'work', instances, 8),
  ]);
  const { user, system } = process.cpuUsage(before);
  return { time: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}
