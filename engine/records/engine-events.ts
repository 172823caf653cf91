/**
 * Engine events: the only thing that changes an instance, each one a row of the audit table.
 * An event is complete: appliers and projections need nothing but it and what earlier events built.
 */
import type { DecisionEvaluation, DecisionFailure } from '../dmn/index.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import type { Key } from '../model/keys.js';
import type { OperateEventData } from './operate-events.js';
import type { TaskTransition } from '../model/process-model.js';
import type { Signature, UserTaskChanges } from './commands.js';

/** Why an instance cannot go on. */
export type IncidentType =
  | 'IO_MAPPING_ERROR'
  | 'CONDITION_ERROR'
  | 'EXTRACT_VALUE_ERROR'
  | 'CALLED_ELEMENT_ERROR'
  | 'CALLED_DECISION_ERROR'
  | 'DECISION_EVALUATION_ERROR'
  | 'UNHANDLED_ERROR_EVENT'
  | 'JOB_NO_RETRIES'
  | 'EXECUTION_LISTENER_NO_RETRIES'
  | 'TASK_LISTENER_NO_RETRIES'
  | 'FORM_NOT_FOUND'
  | 'RESOURCE_NOT_FOUND'
  | 'MESSAGE_SIZE_EXCEEDED'
  | 'UNKNOWN';

/** What a job is for: the work of an element, listening to it, or choosing what runs in an ad-hoc sub-process. */
export type JobKind = 'BPMN_ELEMENT' | 'EXECUTION_LISTENER' | 'TASK_LISTENER' | 'AD_HOC_SUB_PROCESS';

/** A version of a file that a worker needs, by the name that the worker knows it by. */
export interface LinkedResourceKey {
  readonly resourceKey: Key;
  readonly resourceType: string;
  readonly linkName: string;
}

/** What a listener's job listens to: an element that begins or completes, or a change in the life of a user task. */
export type ListenerEvent = 'START' | 'END' | TaskTransition;

/** The attributes of a user task that a change or a listener sets; undefined leaves one as it is. */
export interface UserTaskCorrections extends UserTaskChanges {
  readonly assignee?: string | null;
}

/** Where an element goes on when its incident is resolved. */
export type ResumePoint =
  | 'activate'
  | 'begin'
  | 'complete'
  | 'resume'
  | 'continue'
  | 'end scope'
  | 'subscribe'
  | 'subscribe again'
  | 'listen'
  | 'job'
  | 'wait';

/** The data of each event type. Times are milliseconds since the epoch, UTC. */
export interface EventData extends OperateEventData {
  /** A token entered the element. For a process: who started it and how. */
  'element activated': {
    /** Flow scope's element instance; null for the root process. */
    readonly scopeKey: Key | null;
    /** Sequence flows whose tokens it consumed. */
    readonly consumed?: readonly string[];
    /** For one run of a multi-instance or loop activity, counted from 1; its scope is the body. */
    readonly loopCounter?: number;
    /** For what undoes another activity: the compensation it carries out, and the event that asked for it. */
    readonly compensates?: { readonly compensationKey: Key; readonly throwerKey: Key };
    readonly process?: ProcessStart;
  };
  /** The element did its work; its token left it. */
  'element completed': {
    /** What one run of a multi-instance activity gave for the output collection. */
    readonly output?: JsonValue;
    /** Where that stands in the collection, a variable of the activity while it runs. */
    readonly collected?: { readonly variableKey: Key; readonly index: number };
    /** Set where the completion condition of a multi-instance activity holds with this run: no more are needed. */
    readonly enough?: true;
    /** Tokens a complex gateway consumed while it waited to be reset. */
    readonly consumed?: readonly string[];
  };
  /** The element was stopped before it completed. */
  'element terminated': JsonObject;
  /** The element is being stopped; a user task in it, or itself, still asks its cancelling listeners. */
  'element terminating': JsonObject;
  /**
   * The element is being stopped, or everything `inside` it but `except`, and there is too much of it for one step:
   * nothing in it goes on, and further steps terminate one after the other.
   */
  'termination begun': { readonly inside: boolean; readonly except?: readonly Key[] };
  /** An event interrupted the element, and begins once everything that it stops is gone. */
  'interruption begun': { readonly targetId: string; readonly variables: JsonObject };
  /** A token entered a sequence flow; `elementId` is the flow's source. */
  'flow taken': { readonly scopeKey: Key };
  /** A token that waited on a flow is gone, because its scope was ended before it could go on. */
  'token discarded': { readonly scopeKey: Key };
  'variable created': VariableData;
  'variable updated': VariableData;
  'job created': {
    readonly jobKey: Key;
    readonly jobType: string;
    readonly retries: number;
    readonly kind: JobKind;
    /** For a listener: what it listens to. */
    readonly listens?: ListenerEvent;
    /** Jobs of a higher priority are given to workers first; 0 where absent. */
    readonly priority?: number;
    /** Set where its tree is suspended: it is kept back until that is resumed. */
    readonly held?: true;
    /** The deployed files its worker needs, by key. */
    readonly linkedResources?: readonly LinkedResourceKey[];
  };
  'job completed': {
    readonly jobKey: Key;
    /** What the worker that had leased the job calls itself. Who sent the command is the actor. */
    readonly worker?: string;
    readonly variables: JsonObject;
    /** For a task listener that denied the change it was asked about: its reason. */
    readonly denied?: { readonly reason: string };
  };
  'job failed': {
    readonly jobKey: Key;
    /** What the worker that had leased the job calls itself. Who sent the command is the actor. */
    readonly worker?: string;
    readonly retries: number;
    readonly errorMessage: string;
    /** When the job may be activated again. */
    readonly retryAt: number;
    /** Set where its tree is suspended: it is kept back until that is resumed. */
    readonly held?: true;
  };
  'job updated': { readonly jobKey: Key; readonly retries: number };
  'job cancelled': { readonly jobKey: Key };
  /** A BPMN error was thrown at this element; `jobKey` where a worker threw it (its job is then over). */
  'error thrown': {
    readonly errorCode: string;
    readonly errorMessage: string;
    readonly jobKey?: Key;
    /** What the worker that had leased the job calls itself. Who sent the command is the actor. */
    readonly worker?: string;
    /** The element that catches it; null raises an incident. */
    readonly caughtBy: string | null;
  };
  'user task created': {
    readonly userTaskKey: Key;
    readonly assignee: string | null;
    readonly candidateGroups: readonly string[];
    readonly candidateUsers: readonly string[];
    readonly dueDate: string | null;
    readonly followUpDate: string | null;
    readonly priority: number;
    readonly formKey: Key | null;
    readonly externalFormReference: string | null;
    /** The assignee that the model names, where listeners are asked before the task belongs to them. */
    readonly initialAssignee?: string;
  };
  /** A change of a user task begins that its listeners are asked about first. */
  'user task change begun': {
    readonly userTaskKey: Key;
    readonly transition: TaskTransition;
    readonly action: string;
    readonly changes: UserTaskCorrections;
    /** What completing the task, or setting its variables, brings along. */
    readonly variables?: JsonObject;
    readonly signature?: Signature;
    /** Whether `variables` are set at the task itself. */
    readonly local?: true;
  };
  /** A listener corrected what the change gives the task. */
  'user task corrected': { readonly userTaskKey: Key; readonly corrections: UserTaskCorrections };
  /** A listener denied the change: the task is as it was before. */
  'user task change denied': {
    readonly userTaskKey: Key;
    readonly transition: TaskTransition;
    readonly reason: string;
  };
  /** The listeners of its creation have answered: the task is there for people, with their corrections. */
  'user task ready': { readonly userTaskKey: Key; readonly corrections: UserTaskCorrections };
  'user task assigned': {
    readonly userTaskKey: Key;
    readonly assignee: string | null;
    readonly action: string;
    /** What listeners corrected besides. */
    readonly corrections?: UserTaskChanges;
  };
  'user task updated': UserTaskCorrections & { readonly userTaskKey: Key; readonly action: string };
  'user task completed': {
    readonly userTaskKey: Key;
    readonly assignee: string | null;
    readonly action: string;
    readonly variables: JsonObject;
    /** Where somebody signed. Whoever acted in the row may be the last listener that was asked. */
    readonly signature?: Signature;
    /** What listeners corrected with it. */
    readonly corrections?: UserTaskChanges;
  };
  'user task cancelled': { readonly userTaskKey: Key };
  'timer scheduled': {
    readonly timerKey: Key;
    /** The element that the timer triggers: the catch event, or a boundary event of the host. */
    readonly targetId: string;
    readonly dueAt: number;
    /** Repetitions left after this one; -1 for ever. */
    readonly repetitions: number;
    /** ISO 8601 duration between repetitions; null when it fires once. */
    readonly interval: string | null;
    /** Set where its tree is suspended: it is kept back until that is resumed. */
    readonly held?: true;
  };
  'timer triggered': { readonly timerKey: Key; readonly targetId: string };
  'timer cancelled': { readonly timerKey: Key };
  'message subscription opened': {
    readonly subscriptionKey: Key;
    readonly targetId: string;
    readonly messageName: string;
    readonly correlationKey: string;
    readonly interrupting: boolean;
    /** Set where its tree is suspended: it is kept back until that is resumed. */
    readonly held?: true;
  };
  'message correlated': {
    readonly subscriptionKey: Key;
    readonly targetId: string;
    readonly messageKey: Key;
    /** Whether the subscription is over with it. */
    readonly closes: boolean;
  };
  'message subscription closed': { readonly subscriptionKey: Key };
  'signal subscription opened': {
    readonly subscriptionKey: Key;
    readonly targetId: string;
    readonly signalName: string;
  };
  'signal caught': { readonly subscriptionKey: Key; readonly targetId: string; readonly closes: boolean };
  'signal subscription closed': { readonly subscriptionKey: Key };
  /** A signal was thrown, for every open subscription anywhere: those of its own tree hear it in the same step. */
  'signal thrown': { readonly signalName: string; readonly variables: JsonObject };
  'escalation thrown': { readonly escalationCode: string; readonly caughtBy: string | null };
  /** The activity completed and can be undone by `handlerId`; null where only what is inside it can. */
  'compensation recorded': { readonly compensationKey: Key; readonly handlerId: string | null };
  /** A throw or cancel event undoes these, last first, before it goes on. */
  'compensation triggered': { readonly scopeKey: Key; readonly compensationKeys: readonly Key[] };
  'condition subscription opened': {
    readonly subscriptionKey: Key;
    readonly targetId: string;
    /** Which of a multiple event's triggers it is, from 0; absent for the first. */
    readonly part?: number;
  };
  /** The condition became true: its event is triggered. */
  'condition met': { readonly subscriptionKey: Key; readonly targetId: string; readonly closes: boolean };
  /** The condition is false again, and can be met once more. */
  'condition no longer met': { readonly subscriptionKey: Key };
  'condition subscription closed': { readonly subscriptionKey: Key };
  /** A multi-instance or loop activity begins; `items` are kept where its runs follow one another. */
  /** An ad-hoc sub-process has done what it was for; what still runs may end it. */
  'ad-hoc sub-process fulfilled': JsonObject;
  'loop started': { readonly size: number | null; readonly items?: readonly JsonValue[] };
  /** A decision was evaluated, with everything it required. */
  'decision evaluated': {
    readonly decisionEvaluationKey: Key;
    readonly decisionDefinitionKey: Key;
    readonly decisionRequirementsKey: Key;
    readonly decisionId: string;
    readonly decisionName: string;
    readonly version: number;
    readonly output: JsonValue;
    /** The decision that could not decide, and why. */
    readonly failure: DecisionFailure | null;
    /** Each decision after those that it requires; the one that was asked for is the last. */
    readonly evaluations: readonly RecordedEvaluation[];
  };
  'incident created': {
    readonly incidentKey: Key;
    readonly errorType: IncidentType;
    readonly errorMessage: string;
    readonly jobKey: Key | null;
    /** A timer that does not fire until the incident is resolved. */
    readonly timerKey?: Key;
    readonly resume: ResumePoint;
  };
  /** `jobKey`: the job that can be activated again with it. `timer`: the timer that may fire again, and when it is due. */
  'incident resolved': {
    readonly incidentKey: Key;
    readonly jobKey: Key | null;
    readonly timer?: { readonly timerKey: Key; readonly dueAt: number };
    /** Set where its tree is suspended: it is kept back until that is resumed. */
    readonly held?: true;
  };
  'model call started': JsonObject;
  'model call finished': JsonObject;
  'model call lost': JsonObject;
}

/** One decision's part in an evaluation. */
export interface RecordedEvaluation extends DecisionEvaluation {
  readonly key: Key;
  readonly decisionDefinitionKey: Key;
  readonly version: number;
}

/** How a process instance came to be. */
export interface ProcessStart {
  readonly processId: string;
  readonly version: number;
  /** The root of its tree; its own key for a root instance. */
  readonly rootKey: Key;
  /** The calling process instance and call activity, where it was called. */
  readonly parentProcessInstanceKey: Key | null;
  readonly parentElementInstanceKey: Key | null;
  readonly trigger?: JsonObject;
  readonly tags?: readonly string[];
  readonly businessId?: string;
}

/** A variable's value in one scope. `elementInstanceKey` of the event is the scope. */
export interface VariableData {
  readonly variableKey: Key;
  readonly name: string;
  readonly value: JsonValue;
}

/** The name of an engine event, as it stands in the audit table. */
export type EventType = keyof EventData;

/** One engine event. Sequence, time and actor are the step's and are added when it is stored. */
export interface EventOf<T extends EventType> {
  readonly type: T;
  readonly processInstanceKey: Key;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly flowId: string | null;
  readonly data: EventData[T];
}

/** Any engine event; `type` narrows `data`. */
export type EngineEvent = { [T in EventType]: EventOf<T> }[EventType];
