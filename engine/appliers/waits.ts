/** Appliers of the jobs that element instances wait for, and of incidents. */
import type { EngineEvent, EventOf } from '../records/engine-events.js';
import type { Key } from '../model/keys.js';
import type { InstanceTree } from '../state/instance-tree.js';
import { elementOf, MissingState } from './access.js';
import { taskListenerAnswered } from './user-tasks.js';

/** A job waits at its element. */
export function jobCreated(tree: InstanceTree, event: EventOf<'job created'>): void {
  const element = elementOf(tree, event);
  const { jobKey, jobType, retries, listens = null, linkedResources = null } = event.data;
  tree.jobs.set(jobKey, { key: jobKey, element, type: jobType, retries, listens, linkedResources });
  element.job = jobKey;
}

/** A job has this many retries left. */
export function jobRetriesSet(
  tree: InstanceTree,
  event: EventOf<'job failed'> | EventOf<'job updated'>,
): void {
  const job = tree.jobs.get(event.data.jobKey);
  if (!job) throw new MissingState(event, 'its job');
  job.retries = event.data.retries;
}

/** A job is done; a listener's job counts for its element. */
export function jobCompleted(tree: InstanceTree, event: EventOf<'job completed'>): void {
  const element = elementOf(tree, event);
  const listens = tree.jobs.get(event.data.jobKey)?.listens;
  if (listens === 'START') element.startListenersDone += 1;
  else if (listens === 'END') element.endListenersDone += 1;
  else if (listens) taskListenerAnswered(tree, event);
  removeJob(tree, event, event.data.jobKey);
}

/** A job is no longer needed. */
export function jobCancelled(tree: InstanceTree, event: EventOf<'job cancelled'>): void {
  removeJob(tree, event, event.data.jobKey);
}

/** A thrown error that is caught ends the job that threw it; one that is not leaves it for the incident. */
export function errorThrown(tree: InstanceTree, event: EventOf<'error thrown'>): void {
  const { jobKey, caughtBy } = event.data;
  if (jobKey !== undefined && caughtBy !== null) removeJob(tree, event, jobKey);
}

function removeJob(tree: InstanceTree, event: EngineEvent, jobKey: Key): void {
  const element = elementOf(tree, event);
  tree.jobs.delete(jobKey);
  element.job = null;
}

/** An element cannot go on. */
export function incidentCreated(tree: InstanceTree, event: EventOf<'incident created'>): void {
  const element = elementOf(tree, event);
  const { incidentKey, errorType, jobKey, timerKey, resume } = event.data;
  const waits = timerKey === undefined ? {} : { timerKey };
  tree.incidents.set(incidentKey, { key: incidentKey, element, errorType, jobKey, ...waits, resume });
  element.incident = incidentKey;
}

/** An element goes on. */
export function incidentResolved(tree: InstanceTree, event: EventOf<'incident resolved'>): void {
  tree.incidents.delete(event.data.incidentKey);
  elementOf(tree, event).incident = null;
}
