/** Appliers of what element instances wait for: jobs and user tasks; and of incidents. */
import type { EngineEvent, EventOf } from '../records/engine-events.js';
import type { Key } from '../model/keys.js';
import type { InstanceTree } from '../state/instance-tree.js';
import { elementOf, MissingState } from './access.js';

/** A job waits at its element. */
export function jobCreated(tree: InstanceTree, event: EventOf<'job created'>): void {
  const element = elementOf(tree, event);
  const { jobKey, jobType, retries, listens = null } = event.data;
  tree.jobs.set(jobKey, { key: jobKey, element, type: jobType, retries, listens });
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
  if (listens === 'END') element.endListenersDone += 1;
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

/** A user task waits at its element. */
export function userTaskCreated(tree: InstanceTree, event: EventOf<'user task created'>): void {
  const element = elementOf(tree, event);
  const { userTaskKey, assignee } = event.data;
  tree.userTasks.set(userTaskKey, { key: userTaskKey, element, assignee });
  element.userTask = userTaskKey;
}

/** A user task belongs to somebody, or to nobody. */
export function userTaskAssigned(tree: InstanceTree, event: EventOf<'user task assigned'>): void {
  const task = tree.userTasks.get(event.data.userTaskKey);
  if (!task) throw new MissingState(event, 'its user task');
  task.assignee = event.data.assignee;
}

/** A user task is done or no longer needed. */
export function userTaskOver(
  tree: InstanceTree,
  event: EventOf<'user task completed'> | EventOf<'user task cancelled'>,
): void {
  tree.userTasks.delete(event.data.userTaskKey);
  elementOf(tree, event).userTask = null;
}

/** An element cannot go on. */
export function incidentCreated(tree: InstanceTree, event: EventOf<'incident created'>): void {
  const element = elementOf(tree, event);
  const { incidentKey, errorType, jobKey, resume } = event.data;
  tree.incidents.set(incidentKey, { key: incidentKey, element, errorType, jobKey, resume });
  element.incident = incidentKey;
}

/** An element goes on. */
export function incidentResolved(tree: InstanceTree, event: EventOf<'incident resolved'>): void {
  tree.incidents.delete(event.data.incidentKey);
  elementOf(tree, event).incident = null;
}
