/**
 * Runs a process to its end by random commands, as workers, people, clocks and operators would give them, and holds
 * after each one: the journal is sound, replaying it gives the same state, and saving and restoring changes nothing.
 */
import {
  applyEvent,
  createTree,
  hasEnded,
  restoreTree,
  snapshotTree,
  type Command,
  type EngineEvent,
  type InstanceTree,
  type JsonObject,
  type Key,
} from '@countersign/engine';
import { newTree, openEngineBench, type EngineBench } from '../support/engine-bench.js';
import { checkJournal } from '../support/journal-check.js';
import { randomSource, type RandomSource } from '../support/random-source.js';
import { RANDOM_DMN } from './blocks/decision.js';
import { REPAIR, someVariables } from './blocks/values.js';
import { chooseCommand } from './random-commands.js';
import type { Growth } from './random-processes.js';

/** How a run went. */
export interface RandomRun {
  readonly commands: number;
  readonly events: number;
  /** Whether it had to be cancelled, because it waited for something that can never come. */
  readonly cancelled: boolean;
  /** Types of the elements that were activated. */
  readonly types: ReadonlySet<string>;
  readonly eventTypes: ReadonlySet<string>;
  /** How often operators did something, by event type. */
  readonly operations: ReadonlyMap<string, number>;
}

/** Commands after which the run takes the shortest way out, and after which it counts as endless. */
const PATIENCE = 60;
const LIMIT = 5_000;

/** Deploys a file and runs its process `p`; throws at the first thing that does not hold. */
export async function runAtRandom(
  { xml, sound, startAt }: Growth,
  seed: number,
  operated = false,
): Promise<RandomRun> {
  const random = randomSource(seed);
  const bench = openEngineBench();
  await bench.deployTogether(
    new Map([
      ['process.bpmn', xml],
      ['random.dmn', RANDOM_DMN],
    ]),
  );
  const definition = bench.latest('p');
  if (!definition) throw new Error('The file has no process p.');
  const state = beginState(bench, random.chance(0.3) ? 1 + random.below(12) : undefined);
  const { rootKey } = state.tree;
  const variables = random.chance(0.7) ? { ...REPAIR, ...someVariables(random) } : someVariables(random);
  const keys = { processInstanceKey: rootKey, processDefinitionKey: definition.key };
  give(
    state,
    startAt === undefined
      ? { type: 'create instance', ...keys, variables }
      : { type: 'start by event', ...keys, variables, startEventId: startAt, trigger: {} },
  );
  if (state.tree.revision === 0) throw new Error('It did not begin.');
  let commands = 1;
  let cancelled = false;
  while (!hasEnded(state.tree)) {
    if (commands > LIMIT) throw new Error(`Not over after ${LIMIT} commands.`);
    if (random.chance(0.2)) state.tree = restored(bench, state.tree);
    const lively = Math.min(1, PATIENCE / commands);
    const command = chooseCommand(state.tree, bench, random, { hurry: lively < 1, lively, sound, operated });
    cancelled ||= command.type === 'cancel instance';
    give(state, command);
    if (command.type !== 'continue moves') commands += 1;
  }
  state.check.end();
  replayInTwo(state, random);
  return {
    commands,
    events: state.journal.length,
    cancelled,
    types: state.types,
    eventTypes: new Set(state.journal.map(({ type }) => type)),
    operations: operationsIn(state.journal),
  };
}

function operationsIn(journal: readonly EngineEvent[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of journal) {
    if (OPERATIONS.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

const OPERATIONS: ReadonlySet<string> = new Set(['instance modified', 'instance suspended', 'move held']);

interface RunState {
  readonly bench: EngineBench;
  /** Engine events after which a step postpones what is left; undefined for the engine's own limit. */
  readonly eventLimit: number | undefined;
  tree: InstanceTree;
  /** The same tree, built by replaying what was stored. */
  readonly replayed: InstanceTree;
  readonly journal: EngineEvent[];
  readonly check: ReturnType<typeof checkJournal>;
  readonly types: Set<string>;
}

function beginState(bench: EngineBench, eventLimit: number | undefined): RunState {
  const tree = newTree(bench);
  const replayed = createTree(tree.rootKey);
  return { bench, eventLimit, tree, replayed, journal: [], check: checkJournal(), types: new Set() };
}

/** Gives a command to the tree, and the same to a restored copy of it: both must do the same. */
function give(state: RunState, command: Command): void {
  const { bench, eventLimit, tree } = state;
  const copy = tree.revision === 0 ? createTree(tree.rootKey) : restored(bench, tree);
  const keys: Key[] = [];
  const context = { now: bench.now, definitions: bench.definitions, eventLimit };
  const result = bench.stepWith(tree, command, {
    ...context,
    nextKey: () => {
      const key = bench.nextKey();
      keys.push(key);
      return key;
    },
  });
  let used = 0;
  const again = bench.stepWith(copy, command, { ...context, nextKey: () => keys[used++] });
  same('A restored tree answers', text(again), text(result));
  if (!result.ok) {
    if (tree.revision > 0) same('A refused command leaves', save(tree), save(copy));
    return;
  }
  for (const event of JSON.parse(JSON.stringify(result.events)) as EngineEvent[]) {
    state.check.read(event);
    applyEvent(state.replayed, event, bench.definitions);
    state.journal.push(event);
    if (event.type !== 'element activated') continue;
    const element = state.replayed.elements.get(event.elementInstanceKey);
    state.types.add(element?.node.type ?? '');
  }
  same('Replaying gives', save(state.replayed), save(tree));
  same('A restored tree becomes', save(copy), save(tree));
}

function restored(bench: EngineBench, tree: InstanceTree): InstanceTree {
  const saved = save(tree);
  const copy = restoreTree(JSON.parse(saved) as JsonObject, bench.definitions);
  same('Saving what was restored gives', save(copy), saved);
  return copy;
}

/** Replays the journal with a save and a restore between any two of its events. */
function replayInTwo({ bench, journal, replayed }: RunState, random: RandomSource): void {
  const cut = random.below(journal.length);
  let tree = createTree(replayed.rootKey);
  for (const [index, event] of journal.entries()) {
    if (index === cut && index > 0) tree = restored(bench, tree);
    applyEvent(tree, event, bench.definitions);
  }
  same('Replaying in two parts gives', save(tree), save(replayed));
}

function save(tree: InstanceTree): string {
  return text(snapshotTree(tree));
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function same(what: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new Error(`${what} something else.\n  found    ${found}\n  expected ${expected}`);
}
