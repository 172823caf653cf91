/** Commands of people on user tasks. Who may give them is decided before they get here. */
import { leave } from '../kernel/lifecycle.js';
import { append, type Step } from '../kernel/step-run.js';
import type { Key } from '../model/keys.js';
import type { AssignUserTask, CompleteUserTask, UpdateUserTask } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';
import type { UserTaskState } from '../state/instance-tree.js';

/** Gives the task to a user, or takes it back. */
export function assignUserTask(step: Step, command: AssignUserTask): Rejection | void {
  const task = find(step, command.userTaskKey);
  if ('reason' in task) return task;
  const { userTaskKey, assignee, allowOverride, action } = command;
  if (task.assignee !== null && assignee !== null && task.assignee !== assignee && !allowOverride) {
    return {
      type: 'INVALID_STATE',
      reason: `User task ${userTaskKey} is assigned to "${task.assignee}". Ask them to return it, or allow to override.`,
    };
  }
  append(step, task.element, 'user task assigned', { userTaskKey, assignee, action });
}

/** Changes candidates, dates or priority. */
export function updateUserTask(step: Step, command: UpdateUserTask): Rejection | void {
  const task = find(step, command.userTaskKey);
  if ('reason' in task) return task;
  const { userTaskKey, action, changes } = command;
  append(step, task.element, 'user task updated', { userTaskKey, action, ...changes });
}

/** The person decided: the element goes on with their variables. */
export function completeUserTask(step: Step, command: CompleteUserTask): Rejection | void {
  const task = find(step, command.userTaskKey);
  if ('reason' in task) return task;
  const { userTaskKey, action, variables } = command;
  append(step, task.element, 'user task completed', {
    userTaskKey,
    assignee: task.assignee,
    action,
    variables,
  });
  leave(step, task.element, variables);
}

function find(step: Step, userTaskKey: Key): UserTaskState | Rejection {
  const task = step.tree.userTasks.get(userTaskKey);
  return (
    task ?? {
      type: 'NOT_FOUND',
      reason: `No user task with the key ${userTaskKey} is open: it is done, cancelled, or never was.`,
    }
  );
}
