/** Commands of people on user tasks. Who may give them is decided before they get here. */
import { changeUserTask } from '../behaviors/user-task-changes.js';
import type { Step } from '../kernel/step-run.js';
import type { Key } from '../model/keys.js';
import type { AssignUserTask, CompleteUserTask, UpdateUserTask } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';
import type { UserTaskState } from '../state/instance-tree.js';

/** Gives the task to a user, or takes it back. */
export function assignUserTask(step: Step, command: AssignUserTask): Rejection | void {
  const task = find(step, command.userTaskKey);
  if ('reason' in task) return task;
  const { userTaskKey, assignee, allowOverride, action } = command;
  const { assignee: present } = task.attributes;
  if (present !== null && assignee !== null && present !== assignee && !allowOverride) {
    return {
      type: 'INVALID_STATE',
      reason: `User task ${userTaskKey} is assigned to "${present}". Ask them to return it, or allow to override.`,
    };
  }
  changeUserTask(step, task, { userTaskKey, transition: 'ASSIGNING', action, changes: { assignee } });
}

/** Changes candidates, dates or priority. */
export function updateUserTask(step: Step, command: UpdateUserTask): Rejection | void {
  const task = find(step, command.userTaskKey);
  if ('reason' in task) return task;
  const { userTaskKey, action, changes } = command;
  changeUserTask(step, task, { userTaskKey, transition: 'UPDATING', action, changes });
}

/** The person decided: the element goes on with their variables. */
export function completeUserTask(step: Step, command: CompleteUserTask): Rejection | void {
  const task = find(step, command.userTaskKey);
  if ('reason' in task) return task;
  const { userTaskKey, action, variables, signature } = command;
  changeUserTask(step, task, {
    userTaskKey,
    transition: 'COMPLETING',
    action,
    changes: {},
    variables,
    ...(signature && { signature }),
  });
}

/** A task whose listeners are asked about one change takes no other. */
export function changing({ key, change }: UserTaskState): Rejection {
  const reason =
    `User task ${key} is ${change?.transition.toLowerCase() ?? 'changing'}: its listeners have not answered yet. ` +
    'Try again when they have.';
  return { type: 'INVALID_STATE', reason };
}

function find(step: Step, userTaskKey: Key): UserTaskState | Rejection {
  const task = step.tree.userTasks.get(userTaskKey);
  if (task) return task.change ? changing(task) : task;
  return {
    type: 'NOT_FOUND',
    reason: `No user task with the key ${userTaskKey} is open: it is done, cancelled, or never was.`,
  };
}
