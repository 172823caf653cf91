/** Runs the engine alone, in memory: deploys models, gives commands, keeps the journal. No server, no database. */
import {
  asKey,
  createTree,
  hasEnded,
  readBpmn,
  step,
  type Command,
  type DefinitionSource,
  type EngineEvent,
  type InstanceTree,
  type Key,
  type ProcessDefinition,
  type StepContext,
  type StepResult,
} from '@countersign/engine';

/** An engine with its definitions, a clock that stands still until moved, and keys that count up. */
export interface EngineBench {
  readonly definitions: DefinitionSource;
  now: number;
  nextKey(): Key;
  /** Deploys the executable processes of a file. Throws with all problems where it has errors. */
  deploy(xml: string): Promise<ProcessDefinition[]>;
  /** Makes a form known by its id. */
  addForm(formId: string): void;
  /** Runs one command on a tree. */
  step(tree: InstanceTree, command: Command): StepResult;
  /** The same with a clock and keys of the caller's. */
  stepWith(tree: InstanceTree, command: Command, context: StepContext): StepResult;
}

/** The moment at which every bench begins. */
export const BENCH_START = Date.UTC(2030, 0, 1, 9);

/** An empty engine. */
export function openEngineBench(): EngineBench {
  const byKey = new Map<Key, ProcessDefinition>();
  const latest = new Map<string, ProcessDefinition>();
  const forms = new Map<string, Key>();
  let lastKey = 0;
  const bench: EngineBench = {
    now: BENCH_START,
    nextKey: () => asKey((lastKey += 1)),
    definitions: {
      byKey: (key) => byKey.get(key),
      latest: (processId) => latest.get(processId),
      latestForm: (formId) => forms.get(formId),
    },
    async deploy(xml) {
      const { processes, problems } = await readBpmn(xml);
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0)
        throw new Error(errors.map((p) => `${p.code} at ${p.elementId}: ${p.message}`).join('\n'));
      return processes.map((model) => {
        const version = (latest.get(model.id)?.version ?? 0) + 1;
        const definition = { key: bench.nextKey(), processId: model.id, version, model };
        byKey.set(definition.key, definition);
        latest.set(model.id, definition);
        return definition;
      });
    },
    addForm(formId) {
      forms.set(formId, bench.nextKey());
    },
    stepWith: step,
    step: (tree, command) =>
      step(tree, command, { now: bench.now, definitions: bench.definitions, nextKey: bench.nextKey }),
  };
  return bench;
}

/** A new tree, for a root instance with a new key. */
export function newTree(bench: EngineBench): InstanceTree {
  return createTree(bench.nextKey());
}

/** Gives a command and returns its events; throws where it was refused. */
export function mustStep(bench: EngineBench, tree: InstanceTree, command: Command): readonly EngineEvent[] {
  const result = bench.step(tree, command);
  if (!result.ok)
    throw new Error(`${command.type} was refused: ${result.rejection.type}: ${result.rejection.reason}`);
  return result.events;
}

/** Whether the root instance is over. */
export const isOver = hasEnded;
