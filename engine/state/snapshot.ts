/** A tree as JSON and back, so that a long-lived instance need not be replayed from its first event. */
import type { DefinitionSource } from '../model/definitions.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import { asKey, type Key } from '../model/keys.js';
import {
  createTree,
  type CompensationState,
  type ElementInstance,
  type InstanceTree,
  type Interruption,
  type LoopState,
  type Postponed,
  type SubscriptionState,
  type Suspension,
  type UserTaskAttributes,
  type UserTaskChange,
} from './instance-tree.js';
import type {
  IncidentType,
  LinkedResourceKey,
  ListenerEvent,
  ResumePoint,
} from '../records/engine-events.js';

/** The version of the snapshot's shape; one of another version is not read, the journal is replayed. */
export const SNAPSHOT_VERSION = 2;

/** Writes a tree as JSON. Element instances stand in order of activation: a scope before its children. */
export function snapshotTree(tree: InstanceTree): JsonObject {
  return {
    version: SNAPSHOT_VERSION,
    rootKey: tree.rootKey,
    revision: tree.revision,
    elements: [...tree.elements.values()].map(writeElement),
    jobs: [...tree.jobs.values()].map(({ key, element, type, retries, listens, linkedResources }) => [
      key,
      element.key,
      type,
      retries,
      listens,
      ...(linkedResources ? [linkedResources as unknown as JsonValue] : []),
    ]),
    userTasks: [...tree.userTasks.values()].map(({ key, element, attributes, initialAssignee, change }) => ({
      key,
      element: element.key,
      attributes: attributes as unknown as JsonValue,
      ...(initialAssignee !== null && { initialAssignee }),
      ...(change && { change: change as unknown as JsonValue }),
    })),
    subscriptions: [...tree.subscriptions.values()].map(({ element, ...rest }) => ({
      ...rest,
      element: element.key,
    })),
    incidents: [...tree.incidents.values()].map(({ element, ...rest }) => ({
      ...rest,
      element: element.key,
    })),
    ...(tree.suspension && { suspension: tree.suspension as unknown as JsonValue }),
    ...(tree.postponed && { postponed: tree.postponed as unknown as JsonValue }),
  };
}

function writeElement(element: ElementInstance): JsonValue {
  return {
    key: element.key,
    id: element.node.id,
    definition: element.definition.key,
    process: element.processInstanceKey,
    scope: element.scope?.key ?? null,
    ...(element.variables && {
      variables: [...element.variables].map(([name, { key, value }]) => [name, key, value]),
    }),
    ...(element.tokens?.size && { tokens: [...element.tokens] }),
    ...(element.loopCounter > 0 && { run: element.loopCounter }),
    ...(element.compensations.length > 0 && { compensations: element.compensations as unknown as JsonValue }),
    ...(element.startListenersDone > 0 && { startListenersDone: element.startListenersDone }),
    ...(element.endListenersDone > 0 && { endListenersDone: element.endListenersDone }),
    ...(element.undoing && { undoing: element.undoing as unknown as JsonValue }),
    ...(element.undoesFor && { undoesFor: element.undoesFor }),
    ...(element.joined && { joined: element.joined }),
    ...(element.isTerminating && { isTerminating: true }),
    ...(element.isDoomed && { isDoomed: true }),
    ...(element.interruption && { interruption: element.interruption as unknown as JsonValue }),
    ...(element.loop && { loop: copyLoop(element.loop) }),
  };
}

function copyLoop(loop: LoopState): LoopState & JsonObject {
  return { ...loop, results: loop.results && [...loop.results] };
}

interface ElementSnapshot {
  readonly key: Key;
  readonly id: string;
  readonly definition: Key;
  readonly process: Key;
  readonly scope: Key | null;
  readonly variables?: readonly [string, Key, JsonValue][];
  readonly tokens?: readonly [number, number][];
  readonly run?: number;
  readonly startListenersDone?: number;
  readonly endListenersDone?: number;
  readonly joined?: readonly string[];
  readonly compensations?: readonly CompensationState[];
  readonly undoing?: readonly CompensationState[];
  readonly undoesFor?: Key;
  readonly isTerminating?: true;
  readonly isDoomed?: true;
  readonly interruption?: Interruption;
  readonly loop?: LoopState;
}

interface TreeSnapshot {
  readonly version: number;
  readonly rootKey: Key;
  readonly revision: number;
  readonly elements: readonly ElementSnapshot[];
  readonly jobs: readonly [Key, Key, string, number, ListenerEvent | null, (readonly LinkedResourceKey[])?][];
  readonly userTasks: readonly {
    readonly key: Key;
    readonly element: Key;
    readonly attributes: UserTaskAttributes;
    readonly initialAssignee?: string;
    readonly change?: UserTaskChange;
  }[];
  readonly subscriptions: readonly SubscriptionSnapshot[];
  readonly incidents: readonly {
    readonly key: Key;
    readonly element: Key;
    readonly errorType: IncidentType;
    readonly jobKey: Key | null;
    readonly timerKey?: Key;
    readonly resume: ResumePoint;
  }[];
  readonly suspension?: Suspension;
  /** Older snapshots have no weight. */
  readonly postponed?: Omit<Postponed, 'weight'> & Partial<Pick<Postponed, 'weight'>>;
}

/** A subscription with its element instance by key. */
type SubscriptionSnapshot = {
  [S in SubscriptionState as S['kind']]: Omit<S, 'element'> & { readonly element: Key };
}[SubscriptionState['kind']];

/** Whether a snapshot can be read by this version; if not, replay the journal from the start. */
export function isReadableSnapshot(snapshot: JsonValue): snapshot is JsonObject {
  return (
    snapshot !== null &&
    typeof snapshot === 'object' &&
    !Array.isArray(snapshot) &&
    (snapshot as JsonObject).version === SNAPSHOT_VERSION
  );
}

/**
 * Builds the tree that a snapshot was written from.
 * @throws Error when a definition it names is not known, or the snapshot is of another version.
 */
export function restoreTree(snapshot: JsonObject, definitions: DefinitionSource): InstanceTree {
  if (!isReadableSnapshot(snapshot)) throw new Error('The snapshot is of another version.');
  const source = snapshot as unknown as TreeSnapshot;
  const tree = createTree(asKey(source.rootKey));
  tree.revision = source.revision;
  for (const element of source.elements) restoreElement(tree, element, definitions);
  const elementOf = (key: Key): ElementInstance => {
    const element = tree.elements.get(key);
    if (!element) throw new Error(`The snapshot names element instance ${key}, which it does not hold.`);
    return element;
  };
  for (const [key, elementKey, type, retries, listens, linkedResources = null] of source.jobs) {
    const element = elementOf(elementKey);
    tree.jobs.set(key, { key, element, type, retries, listens, linkedResources });
    element.job = key;
  }
  for (const task of source.userTasks) {
    const { key, attributes, initialAssignee = null, change = null } = task;
    const element = elementOf(task.element);
    tree.userTasks.set(key, { key, element, attributes, initialAssignee, change });
    element.userTask = key;
  }
  for (const subscription of source.subscriptions) {
    const element = elementOf(subscription.element);
    tree.subscriptions.set(subscription.key, { ...subscription, element });
    element.subscriptions.push(subscription.key);
  }
  for (const incident of source.incidents) {
    const element = elementOf(incident.element);
    tree.incidents.set(incident.key, { ...incident, element });
    element.incident = incident.key;
  }
  tree.postponed = source.postponed ? { ...source.postponed, weight: source.postponed.weight ?? 0 } : null;
  if (source.suspension) tree.suspension = { ...source.suspension, held: [...source.suspension.held] };
  return tree;
}

function restoreElement(tree: InstanceTree, source: ElementSnapshot, definitions: DefinitionSource): void {
  const definition = definitions.byKey(source.definition);
  const scope = source.scope === null ? null : (tree.elements.get(source.scope) ?? null);
  const known = definition?.model.elementsById.get(source.id);
  const node = source.run ? (scope?.node.inner ?? undefined) : known;
  if (!definition || !node)
    throw new Error(`Element ${source.id} of definition ${source.definition} is not known.`);
  const element: ElementInstance = {
    key: source.key,
    node,
    definition,
    processInstanceKey: source.process,
    scope,
    children: new Set(),
    variables: source.variables
      ? new Map(source.variables.map(([name, key, value]) => [name, { key, value }]))
      : null,
    tokens: source.tokens ? new Map(source.tokens) : null,
    job: null,
    userTask: null,
    incident: null,
    subscriptions: [],
    loop: source.loop ? copyLoop(source.loop) : null,
    loopCounter: source.run ?? 0,
    joined: source.joined ?? null,
    startListenersDone: source.startListenersDone ?? 0,
    endListenersDone: source.endListenersDone ?? 0,
    compensations: [...(source.compensations ?? [])],
    undoing: source.undoing ? [...source.undoing] : null,
    undoesFor: source.undoesFor ?? null,
    isTerminating: source.isTerminating ?? false,
    isDoomed: source.isDoomed ?? false,
    interruption: source.interruption ?? null,
  };
  tree.elements.set(element.key, element);
  scope?.children.add(element);
}
