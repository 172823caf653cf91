/**
 * The engine alone, in memory: instances a second against the npm package `bpmn-engine` on the same XML in the same
 * process, the bytes that a waiting instance needs, and what a step costs as models and instances grow.
 */
import { hasEnded, snapshotTree, type InstanceTree, type Key } from '@countersign/engine';
import { bpmnXml, chain, serviceTask, type FlowSource, type NodeSource } from '../support/bpmn-xml.js';
import { mustStep, newTree, openEngineBench, type EngineBench } from '../support/engine-bench.js';
import { readPeerModel } from '../support/peer-engine.js';

const start: NodeSource = { type: 'startEvent', id: 'start' };
const end: NodeSource = { type: 'endEvent', id: 'end' };
const task = (id: string): NodeSource => ({ type: 'task', id });
const gateway = (type: string, id: string, defaultFlow?: string): NodeSource => ({
  type: `${type}Gateway`,
  id,
  ...(defaultFlow !== undefined && { attributes: { default: defaultFlow } }),
});
const model = (nodes: readonly NodeSource[], flows: readonly FlowSource[]) =>
  bpmnXml({ id: 'p', nodes: [start, ...nodes, end], flows });

const SHORT = model(
  [
    serviceTask('first'),
    gateway('exclusive', 'choice', 'choice-to-small'),
    serviceTask('large'),
    serviceTask('small'),
  ],
  [
    ...chain('start', 'first', 'choice'),
    { from: 'choice', to: 'large', condition: '=amount > 100' },
    ...chain('choice', 'small', 'end'),
    ...chain('large', 'end'),
  ],
);

const TEN_TASKS = model(
  [
    ...['t1', 't2', 't3'].map((id) => serviceTask(id)),
    gateway('parallel', 'fork'),
    ...['t4', 't5', 't6'].map((id) => serviceTask(id)),
    gateway('parallel', 'join'),
    {
      type: 'subProcess',
      id: 'part',
      inside: {
        nodes: [
          { type: 'startEvent', id: 'part-start' },
          ...['t7', 't8', 't9'].map((id) => serviceTask(id)),
          { type: 'endEvent', id: 'part-end' },
        ],
        flows: chain('part-start', 't7', 't8', 't9', 'part-end'),
      },
    },
    serviceTask('t10'),
  ],
  [
    ...chain('start', 't1', 't2', 't3', 'fork', 't4', 'join', 'part', 't10', 'end'),
    ...chain('fork', 't5', 'join'),
    ...chain('fork', 't6', 'join'),
  ],
);

const VARIABLES = { amount: 120, customer: 'c-1' };

/** A deployed model and what begins an instance of it. */
interface Ready {
  readonly bench: EngineBench;
  begin(): InstanceTree;
}

async function deploy(xml: string): Promise<Ready> {
  const bench = openEngineBench();
  const [definition] = await bench.deploy(xml);
  if (!definition) throw new Error('The file has no process.');
  return {
    bench,
    begin() {
      const tree = newTree(bench);
      const keys = { processInstanceKey: tree.rootKey, processDefinitionKey: definition.key };
      mustStep(bench, tree, { type: 'create instance', ...keys, variables: VARIABLES });
      return tree;
    },
  };
}

function nextJob(tree: InstanceTree): Key | undefined {
  return tree.jobs.keys().next().value;
}

function complete(bench: EngineBench, tree: InstanceTree, jobKey: Key): void {
  mustStep(bench, tree, { type: 'complete job', jobKey, variables: {} });
}

function runInstance({ bench, begin }: Ready): void {
  const tree = begin();
  for (let job = nextJob(tree); job !== undefined; job = nextJob(tree)) complete(bench, tree, job);
  if (!hasEnded(tree)) throw new Error('An instance did not end.');
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of processor time this process has used: what others do on the machine does not count. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Calls a second of processor time: the median of five rounds of at least `seconds`, after one round to warm up. */
async function perSecond(call: () => unknown, seconds: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const began = cpuNow();
    let calls = 0;
    while (cpuNow() - began < seconds * 1000) {
      const pending = call();
      if (pending instanceof Promise) await pending;
      calls += 1;
    }
    rounds.push((calls * 1000) / (cpuNow() - began));
  }
  return median(rounds.slice(1));
}

async function compareSpeed(xml: string): Promise<{ ours: number; theirs: number; times: number }> {
  const ready = await deploy(xml);
  const ours = await perSecond(() => runInstance(ready), 0.4);
  const peer = await readPeerModel(xml);
  const theirs = await perSecond(() => peer.run(VARIABLES, 'quick'), 0.6);
  return { ours: Math.round(ours), theirs: Math.round(theirs), times: Math.round(ours / theirs) };
}

async function compareBytes(xml: string): Promise<{ ours: number; theirs: number; share: number }> {
  const { begin } = await deploy(xml);
  const ours = Buffer.byteLength(JSON.stringify(snapshotTree(begin())));
  const theirs = Buffer.byteLength(await (await readPeerModel(xml)).waitingState(VARIABLES));
  return { ours, theirs, share: Number((ours / theirs).toFixed(3)) };
}

/** Microseconds of a step that completes a job and begins the next, in a row of `size` service tasks. */
async function stepInModel(size: number): Promise<number> {
  const ids = Array.from({ length: size }, (_, index) => `t${index}`);
  const ready = await deploy(
    model(
      ids.map((id) => serviceTask(id)),
      chain('start', ...ids, 'end'),
    ),
  );
  return microsPerStep(ready, Math.max(1, Math.ceil(4000 / size)));
}

/** Microseconds of a step that completes one of `width` jobs which wait side by side before a join. */
async function stepBesideTokens(width: number): Promise<number> {
  const ids = Array.from({ length: width }, (_, index) => `t${index}`);
  const ready = await deploy(
    model(
      [gateway('parallel', 'fork'), ...ids.map((id) => serviceTask(id)), gateway('parallel', 'join')],
      [...chain('start', 'fork'), ...ids.flatMap((id) => chain('fork', id, 'join')), ...chain('join', 'end')],
    ),
  );
  return microsPerStep(ready, Math.max(1, Math.ceil(4000 / width)));
}

function microsPerStep(ready: Ready, instances: number): number {
  const rounds: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const trees = Array.from({ length: instances }, () => ready.begin());
    let steps = 0;
    const began = cpuNow();
    for (const tree of trees) {
      while (tree.jobs.size > 0) {
        for (const job of [...tree.jobs.keys()]) {
          complete(ready.bench, tree, job);
          steps += 1;
        }
      }
    }
    rounds.push(((cpuNow() - began) * 1000) / steps);
    if (!trees.every(hasEnded)) throw new Error('An instance did not end.');
  }
  return Number(median(rounds.slice(1)).toFixed(2));
}

/** Microseconds for each element that one long step passes. */
async function longStep(xml: string, elements: number): Promise<number> {
  const ready = await deploy(xml);
  const repeat = Math.ceil(50_000 / elements);
  const rounds: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const began = cpuNow();
    for (let instance = 0; instance < repeat; instance += 1) {
      if (!hasEnded(ready.begin())) throw new Error('An instance did not end.');
    }
    rounds.push(((cpuNow() - began) * 1000) / elements / repeat);
  }
  return Number(median(rounds.slice(1)).toFixed(2));
}

function row(size: number): string {
  const ids = Array.from({ length: size }, (_, index) => `t${index}`);
  return model(ids.map(task), chain('start', ...ids, 'end'));
}

function turns(count: number): string {
  const script = '<zeebe:script expression="=n + 1" resultVariable="n" />';
  const first = '<zeebe:script expression="=0" resultVariable="n" />';
  return model(
    [
      { type: 'scriptTask', id: 'zero', extensions: [first] },
      gateway('exclusive', 'again'),
      { type: 'scriptTask', id: 'count', extensions: [script] },
      gateway('exclusive', 'more', 'more-to-end'),
    ],
    [
      ...chain('start', 'zero', 'again', 'count', 'more', 'end'),
      { from: 'more', to: 'again', condition: `=n < ${count}` },
    ],
  );
}

function diamonds(count: number, type: string): string {
  const each = Array.from({ length: count }, (_, index) => index);
  const nodes = each.flatMap((i) => [
    gateway(type, `f${i}`),
    task(`a${i}`),
    task(`b${i}`),
    gateway(type, `j${i}`),
  ]);
  const flows = each.flatMap((i) => [
    ...chain(`f${i}`, `a${i}`, `j${i}`),
    ...chain(`f${i}`, `b${i}`, `j${i}`),
  ]);
  const between = each.slice(1).flatMap((i) => chain(`j${i - 1}`, `f${i}`));
  return model(nodes, [...chain('start', 'f0'), ...flows, ...between, ...chain(`j${count - 1}`, 'end')]);
}

const short = await compareSpeed(SHORT);
const ten = await compareSpeed(TEN_TASKS);
const bytes = await compareBytes(SHORT);
console.log('instances a second of processor time        ours  bpmn-engine   times');
const speedLine = (what: string, { ours, theirs, times }: typeof short) =>
  console.log(
    `${what.padEnd(38)}${String(ours).padStart(10)}${String(theirs).padStart(13)}${String(times).padStart(8)}`,
  );
speedLine('task, choice, task', short);
speedLine('ten tasks, fork, join, sub-process', ten);
console.log(
  `\nbytes of a waiting instance           ${String(bytes.ours).padStart(10)}${String(bytes.theirs).padStart(13)}${String(bytes.share).padStart(8)}`,
);

const sizes = [10, 100, 1000, 10_000];
const bySize: Record<string, number> = {};
for (const size of sizes) bySize[size] = await stepInModel(size);
console.log('\nµs a step, by elements of the model');
for (const size of sizes) console.log(`${String(size).padStart(10)}${String(bySize[size]).padStart(10)}`);

const widths = [1, 10, 100, 1000, 10_000];
const byTokens: Record<string, number> = {};
for (const width of widths) byTokens[width] = await stepBesideTokens(width);
console.log('\nµs a step, by tokens side by side');
for (const width of widths)
  console.log(`${String(width).padStart(10)}${String(byTokens[width]).padStart(10)}`);

const long: Record<string, number> = {
  'row of 1,000': await longStep(row(1000), 1000),
  'row of 100,000': await longStep(row(100_000), 100_000),
  '100 turns': await longStep(turns(100), 300),
  '10,000 turns': await longStep(turns(10_000), 30_000),
  '20 parallel diamonds': await longStep(diamonds(20, 'parallel'), 80),
  '200 parallel diamonds': await longStep(diamonds(200, 'parallel'), 800),
  '20 inclusive diamonds': await longStep(diamonds(20, 'inclusive'), 80),
  '200 inclusive diamonds': await longStep(diamonds(200, 'inclusive'), 800),
};
console.log('\nµs an element, in one long step');
for (const [what, micros] of Object.entries(long))
  console.log(`${what.padEnd(24)}${String(micros).padStart(10)}`);

console.log(
  `RESULT ${JSON.stringify({ short, ten, bytes, microsByModelSize: bySize, microsByTokens: byTokens, microsByElement: long })}`,
);
