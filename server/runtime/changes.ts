/** What a batch changed that somebody waits for: timers, workers, messages, callers, watching pages. */
import type { EngineEvent, EventOf, EventType, JsonObject, Key } from '@countersign/engine';
import type { ServerEvent, ServerEventOf, ServerEventType } from '../store/journal-events.js';
import { noticeOf } from './live-notices.js';
import type { LiveNotice } from './live.js';

/** The gathered changes of one batch. */
export interface Changes {
  /** Jobs that were created, by type: the first ones a waiting worker gets. */
  readonly createdJobs: Map<string, Key[]>;
  /** Whether jobs may be taken again, perhaps later: failed, updated, or with a resolved incident. */
  jobsChanged: boolean;
  /** Jobs that no worker holds any more, if one did: over, failed, or with an incident. */
  readonly endedLeases: Key[];
  /** When the earliest timer scheduled here is due; infinity for none. */
  nextDue: number;
  /** Message subscriptions opened and not looked at yet. */
  openedSubscriptions: Key[];
  /** Signals that instances threw and nobody outside of their trees was told of yet. */
  thrownSignals: { readonly name: string; readonly variables: JsonObject; readonly thrownIn: Key | null }[];
  /** Messages kept, less those that expired. */
  keptMessages: number;
  /** When the earliest message kept here expires; infinity for none. */
  nextExpiry: number;
  /** Whether something was deployed, or deleted. */
  hasDeployed: boolean;
  /** Whether something was erased: what others remember of it has to go too. */
  hasErased: boolean;
  /** Whether who is who, or who may what, is another. */
  hasAccess: boolean;
  /** Root instances that ended. */
  readonly endedRoots: Key[];
  /** Changes of user tasks that are over: made (null), or not, and why. */
  readonly settledTasks: { readonly key: Key; readonly refusal: string | null }[];
  readonly notices: LiveNotice[];
}

/** No changes yet. */
export function createChanges(): Changes {
  return {
    createdJobs: new Map(),
    jobsChanged: false,
    endedLeases: [],
    nextDue: Infinity,
    openedSubscriptions: [],
    thrownSignals: [],
    keptMessages: 0,
    nextExpiry: Infinity,
    hasDeployed: false,
    hasErased: false,
    hasAccess: false,
    endedRoots: [],
    settledTasks: [],
    notices: [],
  };
}

type Note<E> = (changes: Changes, event: E, at: number, rootKey: Key | null) => void;

type Notes = { readonly [T in EventType]?: Note<EventOf<T>> } & {
  readonly [T in Exclude<ServerEventType, EventType>]?: Note<ServerEventOf<T>>;
};

const noteJobs = (changes: Changes): void => {
  changes.jobsChanged = true;
};

const noteDeployed = (changes: Changes): void => {
  changes.hasDeployed = true;
};

const noteLease = (
  changes: Changes,
  { data: { jobKey } }: { readonly data: { readonly jobKey?: Key | null } },
): void => {
  if (jobKey !== undefined && jobKey !== null) changes.endedLeases.push(jobKey);
};

const noteEnd: Note<EventOf<'element completed'> | EventOf<'element terminated'>> = (
  changes,
  event,
  _at,
  rootKey,
) => {
  if (event.elementInstanceKey === rootKey) changes.endedRoots.push(rootKey);
};

const noteMade: Note<
  EventOf<'user task assigned'> | EventOf<'user task updated'> | EventOf<'user task completed'>
> = (changes, { data }) => {
  changes.settledTasks.push({ key: data.userTaskKey, refusal: null });
};

const NOTES: Notes = {
  'user task assigned': noteMade,
  'user task updated': noteMade,
  'user task completed': noteMade,
  'user task change denied': (changes, { data }) => {
    const why = data.reason === '' ? 'It gave no reason.' : data.reason;
    const refusal = `A task listener denied ${data.transition} the user task ${data.userTaskKey}: ${why}`;
    changes.settledTasks.push({ key: data.userTaskKey, refusal });
  },
  'user task cancelled': (changes, { data }) => {
    const refusal = `User task ${data.userTaskKey} was cancelled before the change could happen.`;
    changes.settledTasks.push({ key: data.userTaskKey, refusal });
  },
  'job created': (changes, { data }) => {
    const created = changes.createdJobs.get(data.jobType);
    if (created) created.push(data.jobKey);
    else changes.createdJobs.set(data.jobType, [data.jobKey]);
  },
  'job completed': noteLease,
  'job cancelled': noteLease,
  'error thrown': noteLease,
  'incident created': noteLease,
  'job failed': (changes, event) => {
    noteJobs(changes);
    noteLease(changes, event);
  },
  'job updated': noteJobs,
  'incident resolved': (changes, { data: { timer } }, at) => {
    noteJobs(changes);
    if (timer) changes.nextDue = Math.min(changes.nextDue, at);
  },
  'instance resumed': (changes, { data }, at) => {
    changes.jobsChanged = true;
    changes.nextDue = Math.min(changes.nextDue, at);
    changes.openedSubscriptions.push(...data.subscriptionKeys);
  },
  'moves postponed': (changes, { data }) => {
    if (data.dueAt !== null) changes.nextDue = Math.min(changes.nextDue, data.dueAt);
  },
  'timer scheduled': (changes, { data }) => {
    changes.nextDue = Math.min(changes.nextDue, data.dueAt);
  },
  'message subscription opened': (changes, { data }) => {
    changes.openedSubscriptions.push(data.subscriptionKey);
  },
  'signal thrown': (changes, { data }, _at, thrownIn) => {
    changes.thrownSignals.push({ name: data.signalName, variables: data.variables, thrownIn });
  },
  'message published': (changes, { data }, at) => {
    if (data.expiresAt <= at) return;
    changes.keptMessages += 1;
    changes.nextExpiry = Math.min(changes.nextExpiry, data.expiresAt);
  },
  'deployment created': noteDeployed,
  'resource deleted': noteDeployed,
  'message expired': (changes) => {
    changes.keptMessages -= 1;
  },
  'element completed': noteEnd,
  'element terminated': noteEnd,
};

const notes = new Map(Object.entries(NOTES) as [string, Note<EngineEvent | ServerEvent>][]);

/**
 * Notes what an event changes. `at` is the time of its step, `rootKey` its tree. `processIdOf` serves the
 * live notices; null where nobody listens.
 */
export function noteChange(
  changes: Changes,
  event: EngineEvent | ServerEvent,
  at: number,
  rootKey: Key | null,
  processIdOf: ((definitionKey: Key) => string) | null,
): void {
  notes.get(event.type)?.(changes, event, at, rootKey);
  if (!processIdOf) return;
  const notice = noticeOf(event, processIdOf);
  if (notice && !isRepeated(notice, changes.notices.at(-1))) changes.notices.push(notice);
}

/** Many events of one instance follow each other: one notice is enough. */
function isRepeated(notice: LiveNotice, previous: LiveNotice | undefined): boolean {
  return (
    notice.kind === 'instance' &&
    previous?.kind === 'instance' &&
    previous.processInstanceKey === notice.processInstanceKey &&
    previous.state === notice.state
  );
}
