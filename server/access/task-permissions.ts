/** Who may claim, hand on and complete a user task. Pure: the task and the caller decide. */
import type { Caller } from './account.js';

/** What decides about a user task. */
export interface TaskPeople {
  readonly assignee: string | null;
  readonly candidateUsers: readonly string[];
  readonly candidateGroups: readonly string[];
}

/** Whether the caller is one of those the task is offered to; everybody is where it names nobody. */
export function isCandidate(task: TaskPeople, caller: Caller): boolean {
  if (caller.admin) return true;
  const account = caller.account;
  if (!account) return false;
  if (task.candidateUsers.length === 0 && task.candidateGroups.length === 0) return true;
  return (
    task.candidateUsers.includes(account.username) ||
    task.candidateGroups.some((group) => account.groups.includes(group))
  );
}

/** Why the caller may not complete the task; null where it may. */
export function refusesCompletion(task: TaskPeople, caller: Caller): string | null {
  if (!caller.account) return null;
  if (task.assignee === caller.account.username) return null;
  if (task.assignee !== null) {
    return `The task is assigned to ${task.assignee}. Only ${task.assignee} can complete it; to do it yourself, have it assigned to you first.`;
  }
  return isCandidate(task, caller) ? null : notOffered(task);
}

/** Why the caller may not give the task to `assignee` (null: to nobody); null where it may. */
export function refusesAssignment(task: TaskPeople, caller: Caller, assignee: string | null): string | null {
  if (caller.admin) return null;
  const username = caller.account?.username;
  if (task.assignee === username) return null;
  if (task.assignee !== null) {
    return `The task is assigned to ${task.assignee}. Only ${task.assignee} or an administrator can hand it on.`;
  }
  if (!isCandidate(task, caller)) return notOffered(task);
  return assignee === null || assignee === username
    ? null
    : 'You can take the task yourself. Only an administrator can give it to somebody else.';
}

function notOffered(task: TaskPeople): string {
  const offered = [...task.candidateGroups.map((group) => `the group ${group}`), ...task.candidateUsers];
  return `The task is offered to ${offered.join(', ')}. Ask one of them, or an administrator.`;
}
