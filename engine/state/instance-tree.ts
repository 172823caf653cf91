/**
 * The state of one tree of process instances: a root instance and everything it called.
 * One step changes one tree. Appliers alone write here; processors read.
 */
import type { JsonObject, JsonValue } from '../model/json.js';
import type { Key } from '../model/keys.js';
import type { Signature } from '../records/commands.js';
import type { FlowNode, TaskTransition } from '../model/process-model.js';
import type { ProcessDefinition } from '../model/definitions.js';
import type {
  IncidentType,
  LinkedResourceKey,
  ListenerEvent,
  ResumePoint,
  UserTaskCorrections,
} from '../records/engine-events.js';
import type { HeldMove, OutsideWaits } from '../records/operate-events.js';

/** A variable in the scope that holds it. */
export interface Variable {
  readonly key: Key;
  value: JsonValue;
}

/** An active element instance: a token in an element, or a scope with tokens inside. */
export interface ElementInstance {
  readonly key: Key;
  node: FlowNode;
  definition: ProcessDefinition;
  /** The process instance it belongs to: its own key for a process. */
  readonly processInstanceKey: Key;
  /** The flow scope; for a called process the call activity; null for the root process. */
  readonly scope: ElementInstance | null;
  /** Active element instances directly inside. */
  readonly children: Set<ElementInstance>;
  /** Variables of this scope; null until there is one. */
  variables: Map<string, Variable> | null;
  /** Tokens that took a flow in this scope and have not arrived: flow index to count. */
  tokens: Map<number, number> | null;
  /** What it waits for: keys into the tree's maps. */
  job: Key | null;
  userTask: Key | null;
  incident: Key | null;
  /** Keys of its timers and other subscriptions, its boundary events' included. */
  subscriptions: Key[];
  /** The runs of a multi-instance or loop activity, on its body. */
  loop: LoopState | null;
  /** Which run of its body it is, from 1; 0 for what is no run. */
  readonly loopCounter: number;
  /** For a complex gateway: the flows whose tokens it has consumed, until it is reset. */
  joined: readonly string[] | null;
  /** How many of its listeners have answered. */
  startListenersDone: number;
  endListenersDone: number;
  /** What completed inside it and can be undone, oldest first. */
  compensations: CompensationState[];
  /** For a throwing event: what it still has to undo, the next one last; null where it undoes nothing. */
  undoing: CompensationState[] | null;
  /** For what undoes another activity: the element instance of the throwing event. */
  readonly undoesFor: Key | null;
  /** Whether it is being stopped and only waits for cancelling listeners of a user task in it, or its own. */
  isTerminating: boolean;
  /** Whether it is being stopped and a later step does it: there was too much for one step. */
  isDoomed: boolean;
  /** The event that interrupted it and begins when everything that it stops is gone. */
  interruption: Interruption | null;
}

/** An event that waits for what it interrupted. */
export interface Interruption {
  readonly targetId: string;
  readonly variables: JsonObject;
}

/** A completed activity that can be undone. */
export interface CompensationState {
  readonly key: Key;
  readonly elementId: string;
  readonly handlerId: string | null;
  /** What completed inside it and can be undone. */
  readonly inside: readonly CompensationState[];
  /** Its own variables as they stood when it completed. */
  readonly variables: readonly (readonly [string, JsonValue])[];
}

/** How far a multi-instance or loop activity has come. */
export interface LoopState {
  /** How many runs there will be; null where a condition decides. */
  readonly size: number | null;
  readonly items: readonly JsonValue[] | null;
  started: number;
  completed: number;
  /** What each run gave, by its place; null without an output collection. */
  readonly results: JsonValue[] | null;
  /** Whether its completion condition held, so that nothing more is started. */
  enough: boolean;
}

/** A job that is not over. */
export interface JobState {
  readonly key: Key;
  readonly element: ElementInstance;
  readonly type: string;
  retries: number;
  /** For a listener's job: what it listens to. */
  readonly listens: ListenerEvent | null;
  readonly linkedResources: readonly LinkedResourceKey[] | null;
}

/** A user task that is not over. */
export interface UserTaskState {
  readonly key: Key;
  readonly element: ElementInstance;
  attributes: UserTaskAttributes;
  /** The assignee that the model names and that listeners are still to be asked about. */
  initialAssignee: string | null;
  /** The change that listeners are asked about; null while the task is simply there. */
  change: UserTaskChange | null;
}

/** What people and listeners change of a user task. Dates are ISO 8601 in UTC, the priority is 0 to 100. */
export interface UserTaskAttributes {
  readonly assignee: string | null;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  readonly dueDate: string | null;
  readonly followUpDate: string | null;
  readonly priority: number;
  readonly formKey: Key | null;
}

/** A change of a user task that waits for its listeners. */
export interface UserTaskChange {
  readonly transition: TaskTransition;
  readonly action: string;
  /** What it gives the task once it is done, corrections included. */
  readonly changes: UserTaskCorrections;
  readonly variables: JsonObject | null;
  readonly local: boolean;
  readonly signature?: Signature;
  /** How many listeners have answered. */
  readonly listenersDone: number;
}

/** Something an element instance waits for, for itself or for an event it can trigger. */
export type SubscriptionState =
  | {
      readonly kind: 'timer';
      readonly key: Key;
      readonly element: ElementInstance;
      readonly targetId: string;
      readonly dueAt: number;
      readonly repetitions: number;
      readonly interval: string | null;
    }
  | {
      readonly kind: 'message';
      readonly key: Key;
      readonly element: ElementInstance;
      readonly targetId: string;
      readonly messageName: string;
      readonly correlationKey: string;
    }
  | {
      readonly kind: 'signal';
      readonly key: Key;
      readonly element: ElementInstance;
      readonly targetId: string;
      readonly signalName: string;
    }
  | {
      readonly kind: 'condition';
      readonly key: Key;
      readonly element: ElementInstance;
      readonly targetId: string;
      /** Which of a multiple event's triggers it is, from 0. */
      readonly part: number;
      /** Whether the condition held when it was last asked. */
      holds: boolean;
    };

/** An incident that is not resolved. */
export interface IncidentState {
  readonly key: Key;
  readonly element: ElementInstance;
  readonly errorType: IncidentType;
  readonly jobKey: Key | null;
  /** A timer that waits for it to be resolved. */
  readonly timerKey?: Key;
  readonly resume: ResumePoint;
}

/** A tree in which nothing moves. */
export interface Suspension {
  /** What was kept back when it was suspended. */
  readonly waits: OutsideWaits;
  /** In the order in which they came up. */
  readonly held: HeldMove[];
}

/** Moves that a step left to a later one. */
export interface Postponed {
  readonly key: Key;
  /** When they go on, milliseconds since the epoch; null where an incident stops them. */
  readonly dueAt: number | null;
  /** Elements that completed so far without a wait state. */
  readonly total: number;
  /** Characters of values that were written so far without a wait state. */
  readonly weight: number;
  readonly held: readonly HeldMove[];
}

/** A root process instance and everything it called. */
export interface InstanceTree {
  readonly rootKey: Key;
  /** Engine events applied so far: the sequence of the last one. */
  revision: number;
  readonly elements: Map<Key, ElementInstance>;
  readonly jobs: Map<Key, JobState>;
  readonly userTasks: Map<Key, UserTaskState>;
  readonly subscriptions: Map<Key, SubscriptionState>;
  readonly incidents: Map<Key, IncidentState>;
  /** Null while it runs. */
  suspension: Suspension | null;
  /** Null where every token stands at a wait state. */
  postponed: Postponed | null;
}

/** A tree before its first event. */
export function createTree(rootKey: Key): InstanceTree {
  return {
    rootKey,
    revision: 0,
    elements: new Map(),
    jobs: new Map(),
    userTasks: new Map(),
    subscriptions: new Map(),
    incidents: new Map(),
    suspension: null,
    postponed: null,
  };
}

/** Whether an element instance is being stopped, so that nothing goes on or begins in it. */
export function isBeingStopped({ isTerminating, isDoomed }: ElementInstance): boolean {
  return isTerminating || isDoomed;
}

/** Whether nothing is left of the tree: the root instance has ended. */
export function hasEnded(tree: InstanceTree): boolean {
  return tree.revision > 0 && tree.elements.size === 0;
}

/**
 * The variables an element instance sees, nearest scope first, up to its process instance.
 * `names` limits the answer; undefined gives all.
 */
export function visibleVariables(element: ElementInstance, names?: readonly string[]): JsonObject {
  const visible = Object.create(null) as Record<string, JsonValue>;
  const wanted = names && new Set(names);
  for (let scope: ElementInstance | null = element; scope; scope = enclosingScope(scope)) {
    if (!scope.variables) continue;
    for (const [name, variable] of scope.variables) {
      if (!(name in visible) && (!wanted || wanted.has(name))) visible[name] = variable.value;
    }
  }
  return visible;
}

/** The variables of an element instance's own scope: what its input mappings gave it. */
export function localVariables(element: ElementInstance): JsonObject {
  return Object.fromEntries([...(element.variables ?? [])].map(([name, { value }]) => [name, value]));
}

/** The scope whose variables this one also sees; null at the border of its process instance. */
export function enclosingScope(element: ElementInstance): ElementInstance | null {
  return element.node.type === 'process' ? null : element.scope;
}
