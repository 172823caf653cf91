/**
 * What the runtime offers to its doors (HTTP, workers, tests): commands in, committed results out.
 * A promise that is fulfilled stands on disk. Three ways an answer can be something else than success:
 * a refused command is a `Rejection` value; a database that cannot take the command now throws
 * `Unavailable`; a bug of ours throws `Defect`.
 */
import type { Readers } from '../reading/readers.js';
import type {
  Actor,
  Command,
  DecisionDefinition,
  DefinitionSource,
  EngineEvent,
  EventData,
  JobKind,
  JsonObject,
  Key,
  ListenerEvent,
  ProcessDefinition,
  Rejection,
  UserTaskView,
} from '@countersign/engine';
import type { JobRates } from '../jobs/rates.js';
import type { ServerEvent } from '../store/journal-events.js';
import type { Store } from '../store/store.js';
import type { Batch } from './batch.js';
import type { Clock } from './clock.js';
import type { Deployed, DeploymentCheck, DeploymentResult, DeployRequest } from './deployments.js';
import type { Lease } from './lease.js';
import type { Live } from './live.js';
import type { DeleteResource } from './resource-deletion.js';
import type { BatchOperations } from './operate/batch-operations.js';
import type { Retention } from './operate/retention-job.js';
import type { Migrations } from './operate/migrations.js';
import type { TravelTo } from './operate/time-travel.js';
import type { RetentionGuards } from './retention.js';
import type { RuntimeObserver } from './observer.js';

/** How a runtime is opened. */
export interface RuntimeOptions {
  /**
   * Path of the SQLite file, made with its folders when absent (`:memory:` keeps nothing), or the address of a
   * PostgreSQL database, `postgres://…`, which any number of runtimes may share.
   */
  readonly database: string;
  /** The clock that steps, timers and leases follow; the system's when absent. */
  readonly clock?: Clock;
  /** Commands that may wait for a commit before callers are told to come back; 20,000 when absent. */
  readonly maxQueue?: number;
  /** Commands that share one commit at most; 400 when absent. */
  readonly maxBatch?: number;
  /** Characters of trees kept in memory between steps, at most; 32 million when absent. */
  readonly cacheWeight?: number;
  /** Characters of JSON that one variable may have; 4 MB when absent. */
  readonly variableLimit?: number;
  /** How many jobs of a type workers are given in a time; no limits when absent. */
  readonly jobRates?: JobRates;
  /** Told of every step and commit, by those who measure. */
  readonly observer?: RuntimeObserver;
  /** Looks at the database before anything is written to it; what it throws ends the start. */
  readonly inspect?: (store: Store) => Promise<void>;
  /** Told about what no caller can be told: a defect in a timer, a failed sweep. */
  readonly onError?: (error: unknown, what: string) => void;
}

/** A command on an existing instance; the instance's tree is found by the key the command names. */
export type InstanceCommand = Exclude<
  Command,
  {
    type:
      | 'create instance'
      | 'start by event'
      | 'correlate message'
      | 'continue moves'
      | 'report defect'
      | 'note erasure';
  }
>;

/** A refused command: nothing was changed. */
export interface Refused {
  readonly ok: false;
  readonly rejection: Rejection;
  /** Set where nothing stands against the command but that the tree has rows which its caller has not seen. */
  readonly hasMoved?: true;
}

/** The committed engine events of a command, or why it was refused. */
export type CommandResult = { readonly ok: true; readonly events: readonly EngineEvent[] } | Refused;

/** A change of a user task: made, or still with its listeners. */
export interface ChangedUserTask {
  readonly ok: true;
  readonly isPending: boolean;
}

/** Which process to start and with what. Either `processDefinitionKey` or `processId` is set. */
export interface CreateInstanceRequest {
  readonly processDefinitionKey?: Key;
  readonly processId?: string;
  /** A version of `processId`; the latest when absent or -1. */
  readonly version?: number;
  readonly variables: JsonObject;
  /** Element ids to start before, instead of the none start event. */
  readonly startBefore?: readonly string[];
  readonly tags?: readonly string[];
  readonly businessId?: string;
  /** Whether to answer when the instance has ended, with its variables. */
  readonly awaitCompletion?: boolean;
  /** Milliseconds to wait for completion; 10,000 when absent or 0. */
  readonly requestTimeout?: number;
  /** Names of the variables in the answer of `awaitCompletion`; all when absent or empty. */
  readonly fetchVariables?: readonly string[];
}

/** A created instance. `variables` is empty unless completion was awaited. */
export interface CreatedInstance {
  readonly ok: true;
  readonly processInstanceKey: Key;
  readonly processDefinitionKey: Key;
  readonly processId: string;
  readonly version: number;
  readonly variables: JsonObject;
  readonly tags: readonly string[];
  readonly businessId: string | null;
  /** False where completion was awaited and the time was over before the instance ended. */
  readonly completed: boolean;
  /** Whether completion was awaited and the instance was cancelled instead. */
  readonly terminated: boolean;
}

/** A message on its way to subscriptions. */
export interface MessageRequest {
  readonly name: string;
  /** Empty: only start events without a correlation key can take it. */
  readonly correlationKey: string;
  /** Milliseconds it is kept for subscriptions that open later. */
  readonly timeToLive?: number;
  /** A second message with the same id, name and correlation key is refused while the first is kept. */
  readonly messageId?: string;
  readonly variables: JsonObject;
}

/** A published message and the process instances that took it at once. */
export interface PublishedMessage {
  readonly ok: true;
  readonly messageKey: Key;
  readonly processInstanceKeys: readonly Key[];
}

/** A message correlated to exactly one process instance. */
export interface CorrelatedMessage {
  readonly ok: true;
  readonly messageKey: Key;
  readonly processInstanceKey: Key;
}

/** A signal sent to every signal start event of its name. */
export interface BroadcastSignal {
  readonly ok: true;
  readonly signalKey: Key;
  readonly processInstanceKeys: readonly Key[];
}

/** Variables to ask conditional start events with: of one definition, or of the latest version of each process. */
export interface EvaluateConditionsRequest {
  readonly processDefinitionKey?: Key;
  readonly variables: JsonObject;
}

/** The instances that conditions began. */
export interface EvaluatedConditions {
  readonly ok: true;
  readonly evaluationKey: Key;
  readonly instances: readonly { readonly processInstanceKey: Key; readonly processDefinitionKey: Key }[];
}

/** A worker asks for work. */
export interface ActivateJobsRequest {
  readonly type: string;
  readonly worker: string;
  /** Who was authenticated, where a worker from outside asks: what it is given of sensitive processes is recorded. */
  readonly actor?: Actor;
  /** Milliseconds the worker has for a job; afterwards it can be activated again. */
  readonly timeoutMs: number;
  readonly maxJobs: number;
  /** Names of the variables wanted; all when absent or empty. */
  readonly fetchVariables?: readonly string[];
  /** Milliseconds to wait for a first job; 0 or absent waits 10,000; negative answers at once. */
  readonly requestTimeoutMs?: number;
  /** Ends the wait when the worker has gone. */
  readonly signal?: AbortSignal;
}

/** A worker asks for work as it appears. */
export interface StreamJobsRequest extends Pick<
  ActivateJobsRequest,
  'type' | 'worker' | 'actor' | 'timeoutMs' | 'fetchVariables'
> {
  /** Jobs that the worker holds at the same time, at most. */
  readonly capacity: number;
  /** Whether more can be sent to it now; asked before each lease. */
  isReady(): boolean;
  /** Sends jobs whose lease is committed. Called after `end` for those that were on their way. Must not throw. */
  push(jobs: readonly ActivatedJob[]): void;
}

/** A worker that is given jobs as they appear. */
export interface JobStream {
  /** Says that it is ready again. */
  resume(): void;
  /** Leases nothing more to it. What it holds stays leased. */
  end(): void;
}

/** A job leased to a worker until `deadline` (milliseconds since the epoch). */
export interface ActivatedJob {
  readonly jobKey: Key;
  readonly type: string;
  readonly kind: JobKind;
  /** For a listener: what it is asked at. */
  readonly listens: ListenerEvent | null;
  /** For a task listener: the user task as it will be, and by which key. */
  readonly userTask: (UserTaskView & { readonly key: Key }) | null;
  readonly processInstanceKey: Key;
  readonly rootProcessInstanceKey: Key;
  readonly processId: string;
  readonly processDefinitionVersion: number;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly worker: string;
  readonly retries: number;
  readonly deadline: number;
  readonly variables: JsonObject;
  readonly tags: readonly string[];
}

/** Changes a job's retries, the time left to its worker (milliseconds from now), or both. */
export interface UpdateJobRequest {
  readonly jobKey: Key;
  readonly retries?: number;
  readonly timeoutMs?: number;
}

/** Which decision to evaluate and with what. Either `decisionDefinitionKey` or `decisionId` (its latest version) is set. */
export interface EvaluateDecisionRequest {
  readonly decisionDefinitionKey?: Key;
  readonly decisionId?: string;
  readonly variables: JsonObject;
}

/** A decision evaluated by itself: the same as the journal keeps of it. */
export interface EvaluatedDecision {
  readonly ok: true;
  readonly decision: DecisionDefinition;
  /** The id of the DMN file it is in. */
  readonly requirementsId: string;
  readonly evaluated: EventData['decision evaluated'];
}

/** Deployed definitions. Those of the latest versions and of active instances are in memory. */
export interface Definitions extends DefinitionSource {
  /** Reads an older version's model from the database when it is not in memory; undefined where there is none. */
  load(key: Key): Promise<ProcessDefinition | undefined>;
  /** The key of a version of a process; undefined where there is none. */
  keyOf(processId: string, version: number): Key | undefined;
  /** Whether the deployed version with this key was deleted. */
  isDeleted(key: Key): boolean;
  /** Why a deployed version cannot be read; undefined where it can, as far as anybody tried. */
  whyUnreadable(key: Key): string | undefined;
  /** How many deployed versions could not be read and are set aside. */
  unreadable(): number;
}

/** Figures of the queue for health, metrics and tests. */
export interface RuntimeFigures {
  readonly queued: number;
  readonly commits: number;
  readonly commands: number;
  readonly cachedTrees: number;
}

/** A running engine on one database. */
export interface Runtime {
  /** Runs a command; answers after its commit. */
  execute(command: InstanceCommand, actor: Actor): Promise<CommandResult>;
  /** The same for a command on a job: its rows name the worker that has leased the job beside `caller`, their actor. */
  executeForWorker(command: InstanceCommand, caller: Actor): Promise<CommandResult>;
  /**
   * Runs a command on a user task and answers when its listeners have let the change happen: refused where one denied
   * it. `isPending` where they had not all answered when the time was over. With `revision`, the number of the newest
   * row of its tree that the caller has looked at, it is refused where the tree has moved on since.
   */
  changeUserTask(
    command: InstanceCommand,
    actor: Actor,
    revision?: number,
  ): Promise<ChangedUserTask | Refused>;
  createInstance(request: CreateInstanceRequest, actor: Actor): Promise<CreatedInstance | Refused>;
  /** Ends a root instance and everything it called. */
  cancelInstance(processInstanceKey: Key, actor: Actor): Promise<CommandResult>;
  /** Publishes a message; answers after everything that took it at once is committed. */
  publishMessage(request: MessageRequest, actor: Actor): Promise<PublishedMessage | Refused>;
  /** Correlates a message now, to one process instance; NOT_FOUND where nobody waits for it. */
  correlateMessage(request: MessageRequest, actor: Actor): Promise<CorrelatedMessage | Refused>;
  /** Begins an instance at every conditional start event that holds with these variables. */
  evaluateConditions(
    request: EvaluateConditionsRequest,
    actor: Actor,
  ): Promise<EvaluatedConditions | Refused>;
  broadcastSignal(
    request: { name: string; variables: JsonObject },
    actor: Actor,
  ): Promise<BroadcastSignal | Refused>;
  /** Leases jobs to a worker; waits for a first one; an empty list when the time is over. */
  activateJobs(request: ActivateJobsRequest): Promise<readonly ActivatedJob[]>;
  /** Leases jobs to a worker as they appear, until it ends. */
  streamJobs(request: StreamJobsRequest): JobStream;
  /** Lets others take jobs at once that were leased and did not reach their worker. Never rejected. */
  giveBackJobs(jobs: readonly ActivatedJob[]): Promise<void>;
  /** Evaluates a decision outside of any instance, and journals it. A decision that cannot decide is no refusal. */
  evaluateDecision(request: EvaluateDecisionRequest, actor: Actor): Promise<EvaluatedDecision | Refused>;
  updateJob(request: UpdateJobRequest, actor: Actor): Promise<CommandResult>;
  /** Deploys resources as one unit: everything or nothing. */
  deploy(request: DeployRequest): Promise<DeploymentResult>;
  /** Deletes a deployed version: nothing new begins with it. What ran with it is still shown. */
  readonly deleteResource: DeleteResource;
  /** Journals something that happened outside of every instance, such as an export; answers after its commit. */
  record(event: ServerEvent, actor: Actor): Promise<void>;
  /** Runs `work` in a batch, for what the server keeps beside the journal; answers after its commit. */
  commit<T>(work: (batch: Batch) => T): Promise<T>;
  /** Calls `listener` after each commit that added rows to the journal. */
  onRows(listener: () => void): void;
  /**
   * Calls `listener` after something was erased, here or on another node: whoever remembers texts that persons or
   * clients sent, and would write them later, has to forget them.
   */
  onErasure(listener: () => void): void;
  /**
   * Calls `listener` after a commit, here or on another node, that changed who is who or who may what, and where such a
   * commit may have been missed.
   */
  onAccessChange(listener: () => void): void;
  /** Converts a file of Camunda 7, beside everything else that runs. */
  readonly convert: Readers['convert'];
  /** What a deployment would do, without doing it. */
  checkDeployment(request: DeployRequest): Promise<DeploymentCheck>;
  /** The lease of work that one node does at a time; without other nodes it is always held. */
  lease(name: string): Lease;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly store: Store;
  readonly live: Live;
  /** What ended instances must stay; asked before any is deleted. */
  readonly retentionGuards: RetentionGuards;
  /** A process instance as it was at a moment, by replaying the journal. */
  readonly travelTo: TravelTo;
  readonly migrations: Migrations;
  readonly batchOperations: BatchOperations;
  readonly retention: Retention;
  /** Deletes an ended root instance with everything it called. */
  deleteInstance(processInstanceKey: Key, actor: Actor): Promise<{ readonly ok: true } | Refused>;
  figures(): RuntimeFigures;
  /** Writes to the database and commits: fulfilled where it can be written, otherwise as `execute` would fail. */
  probe(): Promise<void>;
  /** Whether commands are taken. */
  isOpen(): boolean;
  /** Stops taking commands, commits what waits, answers open polls with nothing, and closes the database. */
  shutdown(): Promise<void>;
}

export type { Deployed };
export type { BatchRequest } from './operate/batch-operations.js';
