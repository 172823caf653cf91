/** What a batch changed that somebody waits for: timers, workers, messages, callers, watching pages. */
import type { EngineEvent, JsonObject, Key } from '@countersign/engine';
import type { ServerEvent } from '../store/journal-events.js';
import type { LiveNotice } from './live.js';

/** The gathered changes of one batch. */
export interface Changes {
  /** Jobs that were created, by type: the first ones a waiting worker gets. */
  readonly createdJobs: Map<string, Key[]>;
  /** Types of jobs that a worker may be able to take again, perhaps later: failed, updated, or with a resolved incident. */
  jobsChanged: boolean;
  /** When the earliest timer scheduled here is due; infinity for none. */
  nextDue: number;
  /** Message subscriptions opened and not looked at yet. */
  openedSubscriptions: Key[];
  /** Signals that instances threw and nobody was told of yet. */
  thrownSignals: { readonly name: string; readonly variables: JsonObject }[];
  /** Messages kept, less those that expired. */
  keptMessages: number;
  /** When the earliest message kept here expires; infinity for none. */
  nextExpiry: number;
  /** Root instances that ended. */
  readonly endedRoots: Key[];
  readonly notices: LiveNotice[];
}

/** No changes yet. */
export function createChanges(): Changes {
  return {
    createdJobs: new Map(),
    jobsChanged: false,
    nextDue: Infinity,
    openedSubscriptions: [],
    thrownSignals: [],
    keptMessages: 0,
    nextExpiry: Infinity,
    endedRoots: [],
    notices: [],
  };
}

/** Notes what an event changes. `processIdOf` and `watched` serve the live notices, which nobody may want. */
export function noteChange(
  changes: Changes,
  event: EngineEvent | ServerEvent,
  at: number,
  rootKey: Key | null,
  watched: boolean,
  processIdOf: (definitionKey: Key) => string,
): void {
  switch (event.type) {
    case 'job created': {
      const created = changes.createdJobs.get(event.data.jobType);
      if (created) created.push(event.data.jobKey);
      else changes.createdJobs.set(event.data.jobType, [event.data.jobKey]);
      return;
    }
    case 'job failed':
    case 'job updated':
      changes.jobsChanged = true;
      return;
    case 'timer scheduled':
      changes.nextDue = Math.min(changes.nextDue, event.data.dueAt);
      return;
    case 'message subscription opened':
      changes.openedSubscriptions.push(event.data.subscriptionKey);
      return;
    case 'signal thrown':
      changes.thrownSignals.push({ name: event.data.signalName, variables: event.data.variables });
      break;
    case 'message published':
      if (event.data.expiresAt <= at) return;
      changes.keptMessages += 1;
      changes.nextExpiry = Math.min(changes.nextExpiry, event.data.expiresAt);
      return;
    case 'message expired':
      changes.keptMessages -= 1;
      return;
    case 'element completed':
    case 'element terminated':
      if (event.elementInstanceKey === rootKey) changes.endedRoots.push(rootKey);
      break;
    case 'incident resolved':
      changes.jobsChanged = true;
      break;
  }
  if (watched) noteLive(changes.notices, event, processIdOf);
}

function noteLive(
  notices: LiveNotice[],
  event: EngineEvent | ServerEvent,
  processIdOf: (definitionKey: Key) => string,
): void {
  const { processInstanceKey } = event;
  switch (event.type) {
    case 'deployment created':
      notices.push({ kind: 'deployment', deploymentKey: event.data.deploymentKey });
      return;
    case 'user task created':
    case 'user task assigned':
    case 'user task updated':
    case 'user task completed':
    case 'user task cancelled': {
      const state =
        event.type === 'user task completed' ? 'COMPLETED' : event.type === 'user task cancelled' ? 'CANCELED' : 'CREATED';
      notices.push({
        kind: 'task',
        userTaskKey: event.data.userTaskKey,
        processInstanceKey: event.processInstanceKey,
        state,
      });
      return;
    }
    case 'incident created':
    case 'incident resolved': {
      const state = event.type === 'incident created' ? 'ACTIVE' : 'RESOLVED';
      notices.push({
        kind: 'incident',
        incidentKey: event.data.incidentKey,
        processInstanceKey: event.processInstanceKey,
        state,
      });
      return;
    }
  }
  if (processInstanceKey === null || event.processDefinitionKey === null) return;
  const previous = notices.at(-1);
  const isEnd = event.elementInstanceKey === processInstanceKey;
  const state =
    isEnd && event.type === 'element completed'
      ? 'COMPLETED'
      : isEnd && event.type === 'element terminated'
        ? 'TERMINATED'
        : 'ACTIVE';
  if (previous?.kind === 'instance' && previous.processInstanceKey === processInstanceKey && previous.state === state) {
    return;
  }
  const processDefinitionId = processIdOf(event.processDefinitionKey);
  notices.push({ kind: 'instance', processInstanceKey, processDefinitionId, state });
}
