/** Runs the engine alone, in memory: deploys models, gives commands, keeps the journal. No server, no database. */
import {
  asKey,
  compileDmn,
  createTree,
  hasEnded,
  readBpmn,
  readDmn,
  step,
  type Binding,
  type Command,
  type DecisionDefinition,
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
  /** Deploys BPMN and DMN files (by the ends of their names) as one deployment. */
  deployTogether(files: ReadonlyMap<string, string>): Promise<ProcessDefinition[]>;
  /** The latest version of a process. */
  latest(processId: string): ProcessDefinition | undefined;
  /** Makes a form known by its id. */
  addForm(formId: string): void;
  /** Runs one command on a tree; `eventLimit` where it is not to be the engine's own. */
  step(tree: InstanceTree, command: Command, eventLimit?: number): StepResult;
  /** The same with a clock and keys of the caller's. */
  stepWith(tree: InstanceTree, command: Command, context: StepContext): StepResult;
}

/** The moment at which every bench begins. */
export const BENCH_START = Date.UTC(2030, 0, 1, 9);

/** A version of something, with what a binding can ask of it. */
interface Version<T> {
  readonly id: string;
  readonly deploymentKey: Key;
  readonly versionTag: string | null;
  readonly it: T;
}

/** The latest of the versions that a binding means. */
function pick<T>(
  versions: readonly Version<T>[],
  id: string,
  binding: Binding,
  deploymentKey: Key,
): T | undefined {
  const isMeant = (version: Version<T>): boolean => {
    if (binding.kind === 'versionTag') return version.versionTag === binding.versionTag;
    return binding.kind === 'latest' || version.deploymentKey === deploymentKey;
  };
  return versions.findLast((version) => version.id === id && isMeant(version))?.it;
}

/** An empty engine. */
export function openEngineBench(): EngineBench {
  const processes: Version<ProcessDefinition>[] = [];
  const decisions: Version<DecisionDefinition>[] = [];
  const forms: Version<Key>[] = [];
  const resources: Version<Key>[] = [];
  const byKey = new Map<Key, ProcessDefinition>();
  let lastKey = 0;
  const countOf = (versions: readonly Version<unknown>[], id: string): number =>
    versions.filter((version) => version.id === id).length;

  const deployBpmn = async (xml: string, deploymentKey: Key): Promise<ProcessDefinition[]> => {
    const { processes: models, problems } = await readBpmn(xml);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0)
      throw new Error(errors.map((p) => `${p.code} at ${p.elementId}: ${p.message}`).join('\n'));
    return models.map((model) => {
      for (const { id } of model.embeddedForms)
        forms.push({ id, deploymentKey, versionTag: null, it: bench.nextKey() });
      const version = countOf(processes, model.id) + 1;
      const definition = { key: bench.nextKey(), processId: model.id, version, deploymentKey, model };
      byKey.set(definition.key, definition);
      processes.push({ id: model.id, deploymentKey, versionTag: model.versionTag ?? null, it: definition });
      return definition;
    });
  };

  const deployDmn = async (xml: string, deploymentKey: Key): Promise<void> => {
    const reading = await readDmn(xml);
    if (!reading.ok) throw new Error(reading.message);
    const { dmn, problems } = compileDmn(reading.model);
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    const requirementsKey = bench.nextKey();
    const made = new Map<string, DecisionDefinition>();
    for (const element of reading.model.elements) {
      if (element.kind !== 'decision') continue;
      const { id, name, versionTag } = element;
      const version = countOf(decisions, id) + 1;
      const required = (decisionId: string) => made.get(decisionId);
      const definition = {
        key: bench.nextKey(),
        decisionId: id,
        name,
        version,
        requirementsKey,
        dmn,
        required,
      };
      made.set(id, definition);
      decisions.push({ id, deploymentKey, versionTag, it: definition });
    }
  };

  const addResource = (content: string, deploymentKey: Key): void => {
    const { id, versionTag = null } = JSON.parse(content) as { id: string; versionTag?: string };
    resources.push({ id, deploymentKey, versionTag, it: bench.nextKey() });
  };

  const bench: EngineBench = {
    now: BENCH_START,
    nextKey: () => asKey((lastKey += 1)),
    definitions: {
      byKey: (key) => byKey.get(key),
      process: (id, binding, deploymentKey) => pick(processes, id, binding, deploymentKey),
      decision: (id, binding, deploymentKey) => pick(decisions, id, binding, deploymentKey),
      form: (id, binding, deploymentKey) => pick(forms, id, binding, deploymentKey),
      resource: (id, binding, deploymentKey) => pick(resources, id, binding, deploymentKey),
    },
    deploy: (xml) => deployBpmn(xml, bench.nextKey()),
    async deployTogether(files) {
      const deploymentKey = bench.nextKey();
      const definitions: ProcessDefinition[] = [];
      for (const [name, content] of files) {
        if (name.endsWith('.rpa')) addResource(content, deploymentKey);
        else if (name.endsWith('.dmn')) await deployDmn(content, deploymentKey);
        else definitions.push(...(await deployBpmn(content, deploymentKey)));
      }
      return definitions;
    },
    latest: (id) => processes.findLast((version) => version.id === id)?.it,
    addForm(id) {
      const key = bench.nextKey();
      forms.push({ id, deploymentKey: key, versionTag: null, it: key });
    },
    stepWith: step,
    step(tree, command, eventLimit) {
      const { now, definitions, nextKey } = bench;
      return step(tree, command, { now, definitions, nextKey, eventLimit });
    },
  };
  return bench;
}

/** A new tree, for a root instance with a new key. */
export function newTree(bench: EngineBench): InstanceTree {
  return createTree(bench.nextKey());
}

/** Gives a command, goes on with what it postpones, and returns all events; throws where it was refused. */
export function mustStep(bench: EngineBench, tree: InstanceTree, command: Command): readonly EngineEvent[] {
  const events: EngineEvent[] = [];
  for (let next: Command | undefined = command; next; next = continuation(tree)) {
    const result = bench.step(tree, next);
    if (!result.ok)
      throw new Error(`${next.type} was refused: ${result.rejection.type}: ${result.rejection.reason}`);
    for (const event of result.events) events.push(event);
  }
  return events;
}

/** The command that goes on with what the last step postponed; undefined where it postponed nothing. */
export function continuation({ postponed, suspension }: InstanceTree): Command | undefined {
  if (!postponed || postponed.dueAt === null || suspension) return undefined;
  return { type: 'continue moves', timerKey: postponed.key };
}

/** Whether the root instance is over. */
export const isOver = hasEnded;
