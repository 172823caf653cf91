/** Appliers of user tasks: their attributes, and the change that their listeners are asked about. */
import type { EngineEvent, EventOf, UserTaskCorrections } from '../records/engine-events.js';
import type { Key } from '../model/keys.js';
import type { InstanceTree, UserTaskAttributes, UserTaskState } from '../state/instance-tree.js';
import { elementOf, MissingState } from './access.js';

/** A user task waits at its element. */
export function userTaskCreated(tree: InstanceTree, event: EventOf<'user task created'>): void {
  const element = elementOf(tree, event);
  const { userTaskKey: key, initialAssignee = null } = event.data;
  const { assignee, candidateGroups, candidateUsers, dueDate, followUpDate, priority, formKey } = event.data;
  const attributes = { assignee, candidateGroups, candidateUsers, dueDate, followUpDate, priority, formKey };
  tree.userTasks.set(key, { key, element, attributes, initialAssignee, change: null });
  element.userTask = key;
}

/** A change begins that listeners are asked about; whatever they were asked about before is over. */
export function userTaskChangeBegun(tree: InstanceTree, event: EventOf<'user task change begun'>): void {
  const { userTaskKey, transition, action, changes, variables = null, local = false, signature } = event.data;
  const task = taskOf(tree, event, userTaskKey);
  task.change = {
    transition,
    action,
    changes,
    variables,
    local,
    ...(signature && { signature }),
    listenersDone: 0,
  };
}

/** One more listener of the task at this element has answered. */
export function taskListenerAnswered(tree: InstanceTree, event: EventOf<'job completed'>): void {
  const task = taskOf(tree, event, elementOf(tree, event).userTask);
  if (task.change) task.change = { ...task.change, listenersDone: task.change.listenersDone + 1 };
}

/** The change will give the task something else, or more. */
export function userTaskCorrected(tree: InstanceTree, event: EventOf<'user task corrected'>): void {
  const task = taskOf(tree, event, event.data.userTaskKey);
  if (!task.change) throw new MissingState(event, 'a change of its user task');
  task.change = { ...task.change, changes: { ...task.change.changes, ...event.data.corrections } };
}

/** The task is as it was before the change. */
export function userTaskChangeDenied(tree: InstanceTree, event: EventOf<'user task change denied'>): void {
  const task = taskOf(tree, event, event.data.userTaskKey);
  task.change = null;
  task.initialAssignee = null;
}

/** The task is there for people; an assignee that a listener named is asked about next. */
export function userTaskReady(tree: InstanceTree, event: EventOf<'user task ready'>): void {
  const task = taskOf(tree, event, event.data.userTaskKey);
  const { assignee, ...others } = event.data.corrections;
  task.change = null;
  if (assignee !== undefined) task.initialAssignee = assignee;
  change(task, others);
}

/** A user task belongs to somebody, or to nobody. */
export function userTaskAssigned(tree: InstanceTree, event: EventOf<'user task assigned'>): void {
  const { userTaskKey, assignee, corrections } = event.data;
  const task = taskOf(tree, event, userTaskKey);
  task.change = null;
  task.initialAssignee = null;
  change(task, { ...corrections, assignee });
}

/** A user task has other candidates, dates or another priority. */
export function userTaskUpdated(tree: InstanceTree, event: EventOf<'user task updated'>): void {
  const { userTaskKey, action: _action, ...changes } = event.data;
  const task = taskOf(tree, event, userTaskKey);
  task.change = null;
  change(task, changes);
}

/** A user task is done or no longer needed. */
export function userTaskOver(
  tree: InstanceTree,
  event: EventOf<'user task completed'> | EventOf<'user task cancelled'>,
): void {
  tree.userTasks.delete(event.data.userTaskKey);
  elementOf(tree, event).userTask = null;
}

function change(task: UserTaskState, changes: UserTaskCorrections): void {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  task.attributes = { ...task.attributes, ...(Object.fromEntries(given) as Partial<UserTaskAttributes>) };
}

function taskOf(tree: InstanceTree, event: EngineEvent, key: Key | null): UserTaskState {
  const task = key === null ? undefined : tree.userTasks.get(key);
  if (!task) throw new MissingState(event, 'its user task');
  return task;
}
