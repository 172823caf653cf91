/**
 * Definitions in memory. A step never waits for one: what a model in memory can reach by a binding is in memory as
 * well. At start that is every latest version, the latest one of each version tag, every process version with active
 * instances, and what was deployed together with a process that calls by `deployment`. Others are read when asked for.
 */
import { readBpmn } from '@countersign/engine';
import type { DecisionDefinition, Key, ProcessDefinition, ProcessModel } from '@countersign/engine';
import type {
  DefinitionRows,
  StoredDecision,
  StoredRequirements,
  StoredVersion,
} from '../store/definition-rows.js';
import { createLoadedDecisions } from './loaded-decisions.js';
import type { LoadedDecisions } from './loaded-decisions.js';
import { databaseFailure } from '../store/failure.js';
import { inSlices } from '../reading/slices.js';
import type { Definitions } from './runtime.js';
import { createVersions } from './versions.js';
import type { Versions } from './versions.js';

/** What a deployment made, and what it holds unchanged. */
export interface DeployedVersions {
  readonly deploymentKey: Key;
  readonly processes: readonly StoredVersion[];
  readonly forms: readonly StoredVersion[];
  readonly resources: readonly StoredVersion[];
  readonly requirements: readonly StoredRequirements[];
  readonly decisions: readonly StoredDecision[];
  readonly reused: readonly Key[];
}

/** Definitions, and what a deployment needs of them. */
export interface DefinitionRegistry extends Definitions {
  readonly processes: Versions<StoredVersion>;
  readonly forms: Versions<StoredVersion>;
  readonly resources: Versions<StoredVersion>;
  readonly requirements: Versions<StoredRequirements>;
  readonly decisions: Versions<StoredDecision>;
  readonly loadedDecisions: LoadedDecisions;
  /** How many deployments these definitions are the outcome of. */
  deployments(): number;
  /** Reads what other nodes deployed meanwhile. */
  refresh(): Promise<void>;
  /** Makes a model known by its key, before it can be meant by a binding. */
  add(definition: ProcessDefinition): void;
  /** Forgets a model whose deployment was rolled back. */
  remove(key: Key): void;
  /** Forgets versions that were deleted, after the deployment of this number. */
  forget(keys: readonly Key[], deployments: number): void;
  /** Lets bindings mean these versions, after their deployment, the one of this number, is committed. */
  promote(deployed: DeployedVersions, deployments: number): void;
}

/** Whether a process calls or shows something that must be of its own deployment. */
export function bindsToDeployment({ elements, embeddedForms }: ProcessModel): boolean {
  // A form that stands in the file itself changes with it alone.
  const isEmbedded = (formId: string | undefined) => embeddedForms.some(({ id }) => id === formId);
  return elements.some(({ calledElement, calledDecision, userTask, job }) => {
    const formBinding = isEmbedded(userTask?.formId) ? undefined : userTask?.formBinding;
    const bindings = [calledElement?.binding, calledDecision?.binding, formBinding];
    const linked = job?.linkedResources.map(({ binding }) => binding) ?? [];
    return [...bindings, ...linked].some((binding) => binding?.kind === 'deployment');
  });
}

/**
 * Reads what is deployed. A stored model that cannot be read any more is set aside and told to `onSetAside`, and the
 * others go on. Throws where the database cannot be read.
 */
export async function openDefinitions(
  rows: DefinitionRows,
  onSetAside: (error: Error) => void = () => undefined,
): Promise<DefinitionRegistry> {
  const processes = createVersions<StoredVersion>();
  const forms = createVersions<StoredVersion>();
  const resources = createVersions<StoredVersion>();
  const requirements = createVersions<StoredRequirements>();
  const decisions = createVersions<StoredDecision>();
  const loaded = new Map<Key, ProcessDefinition>();
  const loadedDecisions = createLoadedDecisions(rows, requirements, decisions);
  const setAside = new Map<Key, string>();
  let deployments = 0;
  const kinds = [processes, forms, resources, requirements, decisions];

  const promote = (deployed: DeployedVersions, number: number): void => {
    deployments = number;
    for (const version of deployed.processes) processes.add(version);
    for (const version of deployed.forms) forms.add(version);
    for (const version of deployed.resources) resources.add(version);
    for (const version of deployed.requirements) requirements.add(version);
    for (const version of deployed.decisions) decisions.add(version);
    for (const key of deployed.reused) {
      for (const versions of kinds) versions.reuse(key, deployed.deploymentKey);
    }
  };

  const isDeleted = (key: Key): boolean => kinds.some((versions) => versions.isRemoved(key));

  const drop = (keys: readonly Key[]): void => {
    for (const key of keys) {
      for (const versions of kinds) versions.remove(key);
      loaded.delete(key);
      loadedDecisions.remove(key);
      setAside.delete(key);
    }
  };

  /** What `read` gives; nothing, once and for all, where what stands in the database cannot be read. */
  const readable = async <T>(key: Key, read: () => Promise<T>): Promise<T | undefined> => {
    if (setAside.has(key)) return undefined;
    try {
      return await read();
    } catch (error) {
      if (databaseFailure(error) !== null || !(error instanceof Error)) throw error;
      setAside.set(key, error.message);
      onSetAside(new Error(`${error.message}. It is set aside, and the others go on`, { cause: error }));
      return undefined;
    }
  };

  const read = async ({ key, id, version, deploymentKey }: StoredVersion): Promise<ProcessDefinition> => {
    const model = (
      await readBpmn(rows.xmlOf(key) ?? '', { isStored: true, breathe: inSlices() })
    ).processes.find((process) => process.id === id);
    if (!model)
      throw new Error(
        `Process "${id}" version ${version} (key ${key}) cannot be read from its stored resource`,
      );
    return { key, processId: id, version, deploymentKey, model };
  };

  /** Loads a process, and what was deployed with it where its model binds to that. */
  const load = async (key: Key): Promise<ProcessDefinition | undefined> => {
    const known = loaded.get(key);
    if (known) return known;
    const stored = processes.byKey(key);
    if (!stored) return undefined;
    const definition = await readable(key, () => read(stored));
    if (!definition) return undefined;
    loaded.set(key, definition);
    if (bindsToDeployment(definition.model)) {
      for (const version of processes.inDeployment(stored.deploymentKey)) await load(version.key);
      for (const version of decisions.inDeployment(stored.deploymentKey))
        await readable(version.requirementsKey, () => loadedDecisions.load(version.key));
    }
    return definition;
  };

  /** Reads every version, and the models of those that a binding can mean. */
  const readAll = async (): Promise<void> => {
    const upTo = rows.deployments();
    addUnknown(processes, rows.processes());
    addUnknown(forms, rows.forms());
    addUnknown(resources, rows.resources());
    addUnknown(requirements, rows.requirements());
    addUnknown(decisions, rows.decisions());
    for (const { deploymentKey, keys } of rows.reused()) {
      for (const versions of kinds) for (const key of keys) versions.reuse(key, deploymentKey);
    }
    drop(rows.deleted().filter((key) => !isDeleted(key)));
    for (const { key } of requirements.current()) await readable(key, () => loadedDecisions.loadFile(key));
    for (const { key, requirementsKey } of decisions.current())
      await readable(requirementsKey, () => loadedDecisions.load(key));
    for (const { key } of processes.current()) await load(key);
    deployments = Math.max(deployments, upTo);
  };
  await readAll();
  for (const { key } of processes.all()) if (rows.hasActiveInstances(key)) await load(key);
  for (const key of rows.formerOfActive()) await load(key);

  return {
    processes,
    forms,
    resources,
    requirements,
    decisions,
    loadedDecisions,
    byKey: (key) => loaded.get(key),
    process(id, binding, deploymentKey) {
      const version = processes.find(id, binding, deploymentKey);
      return version && loaded.get(version.key);
    },
    decision(id, binding, deploymentKey): DecisionDefinition | undefined {
      const version = decisions.find(id, binding, deploymentKey);
      return version && loadedDecisions.byKey(version.key);
    },
    form: (id, binding, deploymentKey) => forms.find(id, binding, deploymentKey)?.key,
    resource: (id, binding, deploymentKey) => resources.find(id, binding, deploymentKey)?.key,
    load,
    keyOf: (id, version) => processes.numbered(id, version)?.key,
    deployments: () => deployments,
    refresh: readAll,
    isDeleted,
    whyUnreadable: (key) => setAside.get(key),
    unreadable: () => setAside.size,
    forget(keys, number) {
      deployments = number;
      drop(keys);
    },
    add: (definition) => void loaded.set(definition.key, definition),
    remove: (key) => void loaded.delete(key),
    promote,
  };
}

function addUnknown<V extends StoredVersion>(versions: Versions<V>, stored: readonly V[]): void {
  for (const version of stored) if (!versions.byKey(version.key)) versions.add(version);
}
