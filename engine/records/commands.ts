/** Commands: what a caller asks of one tree of process instances. Keys name what they act on. */
import type { JsonObject, JsonValue } from '../model/json.js';
import type { Key } from '../model/keys.js';
import type {
  MigrateInstance,
  ModifyInstance,
  NoteErasure,
  ResumeInstance,
  SuspendInstance,
} from './operate-commands.js';
import type { UserTaskCorrections } from './engine-events.js';

/** Starts an instance at its none start event, or before the given elements. */
export interface CreateInstance {
  readonly type: 'create instance';
  /** The key the new instance gets; also the root key of its tree. */
  readonly processInstanceKey: Key;
  readonly processDefinitionKey: Key;
  readonly variables: JsonObject;
  /** Element ids to start before, instead of the none start event. */
  readonly startBefore?: readonly string[];
  readonly tags?: readonly string[];
  readonly businessId?: string;
}

/** Starts an instance at a start event that was triggered. */
export interface StartByEvent {
  readonly type: 'start by event';
  readonly processInstanceKey: Key;
  readonly processDefinitionKey: Key;
  readonly startEventId: string;
  readonly variables: JsonObject;
  /** What triggered it: the message's key and correlation key, the timer's due time, the signal's name. */
  readonly trigger: JsonObject;
}

/** Ends a root process instance and everything it called. */
export interface CancelInstance {
  readonly type: 'cancel instance';
  readonly processInstanceKey: Key;
}

/** A worker did the work. */
export interface CompleteJob {
  readonly type: 'complete job';
  readonly jobKey: Key;
  /** What the worker that had leased the job calls itself; absent where none had, or the sender is the worker. */
  readonly worker?: string;
  readonly variables: JsonObject;
  /** What the worker of an ad-hoc sub-process decided. */
  readonly adHoc?: AdHocDecision;
  /** What a task listener says of the change it was asked about. */
  readonly userTask?: TaskListenerAnswer;
}

/** A task listener's answer: it denies the change, or lets it go on with corrections. */
export interface TaskListenerAnswer {
  readonly denied: boolean;
  readonly deniedReason: string;
  readonly corrections: UserTaskCorrections;
}

/** What runs next in an ad-hoc sub-process. */
export interface AdHocDecision {
  readonly activate: readonly AdHocActivation[];
  /** Whether it has done what it was for. */
  readonly isCompletionConditionFulfilled: boolean;
  /** Whether what still runs is stopped. */
  readonly isCancelRemainingInstances: boolean;
}

/** An element to activate in an ad-hoc sub-process, with variables of its own. */
export interface AdHocActivation {
  readonly elementId: string;
  readonly variables: JsonObject;
}

/** Activates elements of an ad-hoc sub-process from outside. */
export interface ActivateAdHoc {
  readonly type: 'activate ad-hoc elements';
  readonly elementInstanceKey: Key;
  readonly activate: readonly AdHocActivation[];
  readonly isCancelRemainingInstances: boolean;
}

/** A worker could not do the work; at zero retries an incident is created. */
export interface FailJob {
  readonly type: 'fail job';
  readonly jobKey: Key;
  /** What the worker that had leased the job calls itself; absent where none had, or the sender is the worker. */
  readonly worker?: string;
  /** Retries left; undefined takes one off. */
  readonly retries: number | undefined;
  readonly errorMessage: string;
  /** Milliseconds before the job can be activated again. */
  readonly retryBackOff: number;
  readonly variables: JsonObject;
}

/** A worker reports a BPMN error. */
export interface ThrowJobError {
  readonly type: 'throw job error';
  readonly jobKey: Key;
  /** What the worker that had leased the job calls itself; absent where none had, or the sender is the worker. */
  readonly worker?: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly variables: JsonObject;
}

/** Changes a job's retries. */
export interface UpdateJob {
  readonly type: 'update job';
  readonly jobKey: Key;
  readonly retries: number;
}

/** Adds a journal row to the element of an active job, changing nothing: an agent's model calls. */
export interface RecordModelCall {
  readonly type: 'record model call';
  readonly jobKey: Key;
  readonly event: 'model call started' | 'model call finished' | 'model call lost';
  readonly data: JsonObject;
}

/** Gives a user task to a user, or to nobody (`assignee` null). */
export interface AssignUserTask {
  readonly type: 'assign user task';
  readonly userTaskKey: Key;
  readonly assignee: string | null;
  /** Whether a task that has an assignee may be given to another. */
  readonly allowOverride: boolean;
  readonly action: string;
}

/** Changes a user task's candidates, dates or priority. */
export interface UpdateUserTask {
  readonly type: 'update user task';
  readonly userTaskKey: Key;
  readonly changes: UserTaskChanges;
  readonly action: string;
}

/** The attributes of a user task that can be changed; undefined leaves one as it is. */
export interface UserTaskChanges {
  readonly candidateGroups?: readonly string[];
  readonly candidateUsers?: readonly string[];
  readonly dueDate?: string | null;
  readonly followUpDate?: string | null;
  readonly priority?: number;
}

/** A person decided. */
export interface CompleteUserTask {
  readonly type: 'complete user task';
  readonly userTaskKey: Key;
  readonly variables: JsonObject;
  readonly action: string;
  readonly signature?: Signature;
}

/** A person's signature under the completion of a user task (docs/approvals.md). Made by the server alone. */
export interface Signature {
  /** Who signed: the account, and the name as it is printed. */
  readonly username: string;
  readonly name: string;
  /** What the signature stands for, as the model says it. */
  readonly meaning: string;
  /** SHA-256 of the record that was shown, in hexadecimal: its form, variables and evidence. */
  readonly record: string;
  /** Whether the password was asked for again. */
  readonly reauthenticated: boolean;
}

/** A timer is due. */
export interface TriggerTimer {
  readonly type: 'trigger timer';
  readonly timerKey: Key;
}

/** Goes on with the moves that were postponed under this key. */
export interface ContinueMoves {
  readonly type: 'continue moves';
  readonly timerKey: Key;
}

/** A message meets an open subscription. */
export interface CorrelateMessage {
  readonly type: 'correlate message';
  readonly subscriptionKey: Key;
  readonly messageKey: Key;
  readonly variables: JsonObject;
}

/** A signal reaches an open subscription. */
export interface CatchSignal {
  readonly type: 'catch signal';
  readonly subscriptionKey: Key;
  readonly variables: JsonObject;
}

/** Tries again what an incident stopped. */
export interface ResolveIncident {
  readonly type: 'resolve incident';
  readonly incidentKey: Key;
  /** The retries that its job gets where it has none left; absent, such an incident is not resolved. */
  readonly retries?: number;
}

/**
 * The engine met a defect of its own at a command about this, and nothing of that command happened. What it was about
 * waits until someone resolves the incident.
 */
export interface ReportDefect {
  readonly type: 'report defect';
  readonly about: DefectPlace;
  /** Words for whoever finds the incident. */
  readonly message: string;
}

/** What a command was about: something that waits, by its own key. */
export interface DefectPlace {
  readonly kind: 'job' | 'user task' | 'timer' | 'message subscription' | 'signal subscription';
  readonly key: Key;
}

/** Sets variables from outside, at the element's own scope (`local`) or where each one lives. */
export interface SetVariables {
  readonly type: 'set variables';
  readonly elementInstanceKey: Key;
  readonly variables: JsonObject;
  readonly local: boolean;
}

/** Any command. */
export type Command =
  | CreateInstance
  | StartByEvent
  | CancelInstance
  | CompleteJob
  | FailJob
  | ThrowJobError
  | UpdateJob
  | RecordModelCall
  | AssignUserTask
  | UpdateUserTask
  | CompleteUserTask
  | TriggerTimer
  | ContinueMoves
  | CorrelateMessage
  | CatchSignal
  | ResolveIncident
  | ReportDefect
  | SetVariables
  | ActivateAdHoc
  | ModifyInstance
  | MigrateInstance
  | SuspendInstance
  | ResumeInstance
  | NoteErasure;

/** Narrows any value that came as JSON to an object of variables; null where it is not one. */
export function asVariables(value: JsonValue | undefined): JsonObject | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return value as JsonObject;
}
