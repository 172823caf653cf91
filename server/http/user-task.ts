/** The user task that a request names. */
import type { Request } from 'express';
import type { Key } from '@countersign/engine';
import type { Caller } from '../access/account.js';
import { refusesTaskAct } from '../access/task-permissions.js';
import type { TaskAct } from '../access/task-permissions.js';
import type { Runtime } from '../runtime/runtime.js';
import { findByKey } from '../store/queries/search.js';
import { USER_TASKS } from '../store/queries/user-tasks.js';
import type { UserTaskItem } from '../store/queries/user-tasks.js';
import { refuse } from './problem.js';
import { readKey } from './request.js';

/** The task of the path's `userTaskKey`; refused with 404 where there is none. */
export async function findTask(
  { store }: Pick<Runtime, 'store'>,
  request: Request,
): Promise<{ key: Key; task: UserTaskItem }> {
  const key = readKey(request, 'userTaskKey');
  const task = await findByKey(store.knex, USER_TASKS, key);
  if (!task) throw refuse('NOT_FOUND', `There is no user task ${String(key)}.`);
  return { key, task };
}

/** Whether the task waits for somebody. */
export function isOpen(task: UserTaskItem): boolean {
  return task.state === 'CREATED';
}

/** Refuses what the caller may not do to a task. One that is over is refused by the engine, which says so better. */
export function askTask(task: UserTaskItem, caller: Caller, act: TaskAct): void {
  const reason = isOpen(task) ? refusesTaskAct(task, caller, act) : null;
  if (reason !== null) throw refuse('FORBIDDEN', reason);
}
