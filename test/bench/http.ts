/**
 * The HTTP door under load: one-task instances created, their jobs activated and completed, with the requests of the
 * official client over kept-alive connections. The server is a process of its own, as `countersign start` runs it
 * (synchronous=FULL); this process is the load generator and shares the processors with it.
 *
 * Four figures: instances a second as fast as the server answers; latency at half of that rate, with requests sent
 * by the clock whether or not earlier ones were answered; latency of requests that come alone; and how long a job takes
 * from the start of its instance to a worker, by a poll that waits and pushed into a stream.
 */
import { readFileSync } from 'node:fs';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { openJobStream } from '../support/job-stream.js';
import { createLoad, type Load } from '../support/http-load.js';
import { createClient, startServer, type TestServer } from '../support/server.js';

const INSTANCES = Number(process.env['BENCH_INSTANCES'] ?? 12_000);
const ROUNDS = 3;
/** Creators that wait for their answers, and polls that work off the jobs they get. */
const CREATORS = 48;
const POLLS = 4;
const JOBS_A_POLL = 32;
/** Seconds at half of the top load. */
const HALF_LOAD_SECONDS = 6;
const LONE_REQUESTS = 400;

const LIMITS = { instancesPerSecond: 2500, halfLoadP99: 25, loneMedian: 5 };

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

async function deploy(url: string): Promise<void> {
  const file = new File([ONE_TASK], 'one-task.bpmn', { type: 'text/xml' });
  await createClient(url).createDeployment({ resources: [file] });
}

/** Works jobs off until `count` are completed; answers the latencies of the completions. */
async function completeAll(load: Load, count: number): Promise<number[]> {
  const latencies: number[] = [];
  const poll = async (): Promise<void> => {
    while (latencies.length < count) {
      const jobs = await load.activate('work', JOBS_A_POLL);
      await Promise.all(jobs.map(async (job) => latencies.push(await load.complete(job))));
    }
  };
  await Promise.all(Array.from({ length: POLLS }, poll));
  return latencies;
}

/** Creates instances as fast as they are answered. */
async function createAll(load: Load, count: number): Promise<void> {
  let started = 0;
  const creator = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      await load.create('one-task');
    }
  };
  await Promise.all(Array.from({ length: CREATORS }, creator));
}

/** Instances a second, created and ended, and the microseconds of processor time of the server for each. */
async function topLoad(load: Load, server: TestServer): Promise<{ rate: number; cpu: number | null }> {
  const cpuBefore = processorTime(server);
  const started = performance.now();
  await Promise.all([createAll(load, INSTANCES), completeAll(load, INSTANCES)]);
  const rate = (INSTANCES * 1000) / (performance.now() - started);
  const cpuAfter = processorTime(server);
  return { rate, cpu: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / INSTANCES };
}

/** Latencies of creations and completions when instances come by the clock. */
async function atRate(load: Load, rate: number): Promise<number[]> {
  const count = Math.round(rate * HALF_LOAD_SECONDS);
  const latencies: number[] = [];
  const creations: Promise<void>[] = [];
  const started = performance.now();
  const sendAll = new Promise<void>((resolve) => {
    const beat = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate));
      while (creations.length < due) {
        creations.push(load.create('one-task').then((ms) => void latencies.push(ms)));
      }
      if (due < count) return;
      clearInterval(beat);
      resolve();
    }, 1);
  });
  const [completions] = await Promise.all([completeAll(load, count), sendAll]);
  await Promise.all(creations);
  return [...latencies, ...completions];
}

/** Latencies of requests that come alone: a creation, then the completion of its job. */
async function lone(load: Load): Promise<number[]> {
  const latencies: number[] = [];
  for (let count = 0; count < LONE_REQUESTS / 2; count += 1) {
    latencies.push(await load.create('one-task'));
    const [job] = await load.activate('work', 1);
    latencies.push(await load.complete(job));
  }
  return latencies;
}

/** Milliseconds from asking for an instance until a worker has its job, which `next` waits for; one at a time. */
async function toWorker(load: Load, next: () => Promise<string>): Promise<number[]> {
  const latencies: number[] = [];
  for (let count = 0; count < LONE_REQUESTS / 2; count += 1) {
    const job = next();
    // A poll has to be in line before its job is there.
    await load.get('/v2/topology');
    const started = performance.now();
    const created = load.create('one-task');
    const key = await job;
    latencies.push(performance.now() - started);
    await created;
    await load.complete(key);
  }
  return latencies;
}

/** The same by polls that wait, and by a stream. */
async function waysToWorker(url: string, load: Load): Promise<{ polled: number[]; pushed: number[] }> {
  const polled = await toWorker(load, async () => {
    for (;;) for (const key of await load.activate('work', 1)) return key;
  });
  const demand = { type: 'work', worker: 'bench', timeout: 600_000, capacity: 1 };
  const stream = await openJobStream(url, demand);
  const pushed = await toWorker(load, async () => (await stream.next()).jobKey);
  stream.hangUp();
  return { polled, pushed };
}

/** Microseconds of processor time the server has used; null where the system does not tell. */
function processorTime({ child }: TestServer): number | null {
  try {
    const fields = readFileSync(`/proc/${String(child?.pid)}/stat`, 'utf8')
      .split(') ')[1]
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return null;
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const server = await startServer({ process: true });
const load = createLoad(server.url, 256);
try {
  await deploy(server.url);
  await Promise.all([createAll(load, 3000), completeAll(load, 3000)]);
  const rounds: { rate: number; cpu: number | null }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await topLoad(load, server));
  rounds.sort((a, b) => a.rate - b.rate);
  const top = rounds[Math.floor(ROUNDS / 2)];
  const half = await atRate(load, top.rate / 2);
  const alone = await lone(load);
  const { polled, pushed } = await waysToWorker(server.url, load);

  const figures = {
    instancesPerSecond: Math.round(top.rate),
    serverCpuMicros: top.cpu === null ? null : Math.round(top.cpu),
    halfLoadMedianMs: Number(quantile(half, 0.5).toFixed(2)),
    halfLoadP99Ms: Number(quantile(half, 0.99).toFixed(2)),
    loneMedianMs: Number(quantile(alone, 0.5).toFixed(2)),
    loneP99Ms: Number(quantile(alone, 0.99).toFixed(2)),
    polledMedianMs: Number(quantile(polled, 0.5).toFixed(2)),
    polledP99Ms: Number(quantile(polled, 0.99).toFixed(2)),
    pushedMedianMs: Number(quantile(pushed, 0.5).toFixed(2)),
    pushedP99Ms: Number(quantile(pushed, 0.99).toFixed(2)),
  };
  console.log(`${INSTANCES} one-task instances a round, ${ROUNDS} rounds, server in a process of its own\n`);
  console.log('round   instances/s   server CPU µs');
  for (const [index, { rate, cpu }] of rounds.entries()) {
    console.log(
      `${String(index + 1).padStart(5)}${rate.toFixed(0).padStart(14)}${(cpu?.toFixed(0) ?? '-').padStart(16)}`,
    );
  }
  console.log(`\nat half load   median ${figures.halfLoadMedianMs} ms   p99 ${figures.halfLoadP99Ms} ms`);
  console.log(`alone          median ${figures.loneMedianMs} ms   p99 ${figures.loneP99Ms} ms`);
  console.log(`job by poll    median ${figures.polledMedianMs} ms   p99 ${figures.polledP99Ms} ms`);
  console.log(`job pushed     median ${figures.pushedMedianMs} ms   p99 ${figures.pushedP99Ms} ms\n`);
  console.log(
    `RESULT ${JSON.stringify({
      benchmark: 'http',
      ...figures,
      ofLimit: {
        instancesPerSecond: Number((top.rate / LIMITS.instancesPerSecond).toFixed(2)),
        halfLoadP99: Number((figures.halfLoadP99Ms / LIMITS.halfLoadP99).toFixed(2)),
        loneMedian: Number((figures.loneMedianMs / LIMITS.loneMedian).toFixed(2)),
      },
    })}`,
  );
} finally {
  load.close();
  await server.close();
}
