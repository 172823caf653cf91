/** The form of a case: data in a folder beside its BPMN and DMN files. */
import type { OperateCommand } from './operate-case.js';
import type {
  AdHocDecision,
  JsonObject,
  TaskListenerAnswer,
  UserTaskChanges,
  UserTaskCorrections,
} from '@countersign/engine';

/** One command of a case, naming elements by id. Exactly one member says what to do. */
export interface CaseCommand extends OperateCommand {
  /** Starts an instance with these variables. */
  readonly start?: JsonObject;
  /** Element ids to start before, with `start`. */
  readonly before?: readonly string[];
  /** Starts an instance at this start event, with `variables`. */
  readonly startAt?: string;
  /** Completes the job at this element. */
  readonly job?: string;
  /** Fails the job at this element. */
  readonly fail?: string;
  readonly retries?: number;
  /** Throws `code` for the job at this element. */
  readonly error?: string;
  readonly code?: string;
  /** Completes the user task at this element. */
  readonly task?: string;
  /** What a task listener says, with `job`: why it denies the change, or what it corrects. */
  readonly deny?: string;
  readonly correct?: UserTaskCorrections;
  /** Changes the user task at this element as `changes` says. */
  readonly change?: string;
  readonly changes?: UserTaskChanges;
  /** Assigns the user task at this element to `to`. */
  readonly assign?: string;
  readonly to?: string | null;
  /** Publishes a message to the open subscriptions with `key`. */
  readonly message?: string;
  readonly key?: string;
  /** Broadcasts a signal to the first open subscription of that name. */
  readonly signal?: string;
  /** Moves the clock by an ISO 8601 duration of days, hours, minutes and seconds, and fires what is due. */
  readonly advance?: string;
  /** Resolves the incident at this element. */
  readonly resolve?: string;
  /** Sets `variables` at this element. */
  readonly set?: string;
  readonly local?: boolean;
  /** Deploys a file of the case's folder that was named in `later`, or several as one deployment. */
  readonly deploy?: string | readonly string[];
  /** Makes a form known by its id. */
  readonly addForm?: string;
  /** Sets the retries of the job at this element to `retries`. */
  readonly update?: string;
  /** What the worker of an ad-hoc sub-process decides, with `job`: ids to activate, whether it is done. */
  readonly decide?: {
    readonly activate: readonly string[];
    readonly done?: boolean;
    readonly stop?: boolean;
  };
  /** Activates elements of the ad-hoc sub-process at this element from outside. */
  readonly activateIn?: string;
  readonly elements?: readonly string[];
  /** Makes the moves that steps have postponed, one step after the other. */
  readonly continue?: true;
  /** Cancels the instance. */
  readonly cancel?: true;
  /** Which of several active instances of the element is meant, oldest first; 0 where absent. */
  readonly nth?: number;
  readonly variables?: JsonObject;
}

/** What a task listener says, as the engine takes it; undefined where it says nothing. */
export function listenerAnswer({ deny, correct }: CaseCommand): TaskListenerAnswer | undefined {
  if (deny === undefined && !correct) return undefined;
  return { denied: deny !== undefined, deniedReason: deny ?? '', corrections: correct ?? {} };
}

/** What the worker of an ad-hoc sub-process decides, as the engine takes it. */
export function decision({ activate, done, stop }: NonNullable<CaseCommand['decide']>): AdHocDecision {
  return {
    activate: activate.map((elementId) => ({ elementId, variables: {} })),
    isCompletionConditionFulfilled: done ?? false,
    isCancelRemainingInstances: stop ?? false,
  };
}

/** A command and the trace it must give, or the rejection. */
export interface CaseStep {
  readonly do: CaseCommand;
  readonly expect: readonly string[];
}

/** A case: what it shows, the process to start, and its steps. `ends` says whether the instance is over after them. */
export interface CaseFile {
  readonly about: string;
  readonly process: string;
  readonly forms?: readonly string[];
  /** Files that are not deployed before the first step. */
  readonly later?: readonly string[];
  /** Engine events after which a step postpones what is left; `continue` goes on. */
  readonly stepLimit?: number;
  readonly steps: readonly CaseStep[];
  readonly ends: boolean;
}
