/**
 * Who may do what to a user task: one decision for every operation on it. Pure: the task and the caller decide. Whoever
 * adds an operation adds an act here; `test/server/task-doors.test.ts` fails for a door that doesn't ask.
 */
import type { Caller } from './account.js';

/** What decides about a user task. */
export interface TaskPeople {
  readonly assignee: string | null;
  readonly candidateUsers: readonly string[];
  readonly candidateGroups: readonly string[];
}

/** What somebody wants of a user task. */
export type TaskAct =
  /** To complete it, or to prepare that: a proof of the password. */
  | { readonly kind: 'complete' }
  /** To give it to somebody; null to nobody. */
  | { readonly kind: 'assign'; readonly assignee: string | null }
  /** To change its dates and priority, and, where `people`, whom it is offered to. */
  | { readonly kind: 'update'; readonly people: boolean };

/** Why the caller may not do this to the task; null where it may. */
export function refusesTaskAct(task: TaskPeople, caller: Caller, act: TaskAct): string | null {
  switch (act.kind) {
    case 'complete':
      return refusesCompletion(task, caller);
    case 'assign':
      return refusesAssignment(task, caller, act.assignee);
    case 'update':
      return refusesUpdate(task, caller, act.people);
  }
}

/** Why the caller may not do what people do to a task they look at; null for each that it may. */
export interface TaskRefusals {
  /** To take it. */
  readonly claim: string | null;
  /** To give it to somebody else. */
  readonly assign: string | null;
  readonly complete: string | null;
}

/** What to offer the caller of a task, and what to say where something is not offered. */
export function taskRefusals(task: TaskPeople, caller: Caller): TaskRefusals {
  const own = caller.account?.username ?? null;
  return {
    claim: refusesTaskAct(task, caller, { kind: 'assign', assignee: own }),
    // Nobody is called so: it stands for somebody else.
    assign: refusesTaskAct(task, caller, { kind: 'assign', assignee: '' }),
    complete: refusesTaskAct(task, caller, { kind: 'complete' }),
  };
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

function refusesCompletion(task: TaskPeople, caller: Caller): string | null {
  if (!caller.account) return null;
  if (task.assignee === caller.account.username) return null;
  if (task.assignee !== null) {
    return `The task is assigned to ${task.assignee}. Only ${task.assignee} can complete it; to do it yourself, have it assigned to you first.`;
  }
  return isCandidate(task, caller) ? null : notOffered(task);
}

function refusesAssignment(task: TaskPeople, caller: Caller, assignee: string | null): string | null {
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

function refusesUpdate(task: TaskPeople, caller: Caller, people: boolean): string | null {
  if (caller.admin || (caller.account && task.assignee === caller.account.username)) return null;
  if (task.assignee !== null) {
    return `The task is assigned to ${task.assignee}. Only ${task.assignee} or an administrator can change it.`;
  }
  if (!isCandidate(task, caller)) return notOffered(task);
  return people
    ? 'Whom the task is offered to can be changed by an administrator, or by the one it is assigned to.'
    : null;
}

function notOffered(task: TaskPeople): string {
  const offered = [...task.candidateGroups.map((group) => `the group ${group}`), ...task.candidateUsers];
  return `The task is offered to ${offered.join(', ')}. Ask one of them, or an administrator.`;
}
