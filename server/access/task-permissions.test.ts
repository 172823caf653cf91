import { describe, expect, it } from 'vitest';
import { ANONYMOUS, accountCaller } from './account.js';
import type { Caller } from './account.js';
import { DEMO_ACCOUNTS } from './demo-accounts.js';
import type { TaskPeople } from './task-permissions.js';
import { isCandidate, refusesTaskAct } from './task-permissions.js';

function caller(username: string) {
  const account = DEMO_ACCOUNTS.find((one) => one.username === username);
  if (!account) throw new Error(`no account ${username}`);
  return accountCaller(account);
}

const refusesCompletion = (task: TaskPeople, who: Caller) => refusesTaskAct(task, who, { kind: 'complete' });
const refusesAssignment = (task: TaskPeople, who: Caller, assignee: string | null) =>
  refusesTaskAct(task, who, { kind: 'assign', assignee });

const accounting = { assignee: null, candidateUsers: [], candidateGroups: ['accounting'] };
const open = { assignee: null, candidateUsers: [], candidateGroups: [] };

describe('who may complete a user task', () => {
  it('is its assignee, and nobody else, not even an administrator', () => {
    const task = { ...accounting, assignee: 'mary' };
    expect(refusesCompletion(task, caller('mary'))).toBeNull();
    expect(refusesCompletion(task, caller('emil'))).toContain('assigned to mary');
    expect(refusesCompletion(task, caller('demo'))).toContain('assigned to mary');
  });

  it('is a candidate while nobody has it', () => {
    expect(refusesCompletion(accounting, caller('mary'))).toBeNull();
    expect(refusesCompletion(accounting, caller('emil'))).toContain('the group accounting');
    expect(refusesCompletion({ ...accounting, candidateUsers: ['emil'] }, caller('emil'))).toBeNull();
  });

  it('is anybody where nobody is named, and a client of this machine always', () => {
    expect(refusesCompletion(open, caller('emil'))).toBeNull();
    expect(refusesCompletion({ ...accounting, assignee: 'mary' }, ANONYMOUS)).toBeNull();
  });
});

describe('who may assign a user task', () => {
  it('takes it, gives it back, or hands it on while it is theirs', () => {
    expect(refusesAssignment(accounting, caller('mary'), 'mary')).toBeNull();
    expect(refusesAssignment({ ...accounting, assignee: 'mary' }, caller('mary'), null)).toBeNull();
    expect(refusesAssignment({ ...accounting, assignee: 'mary' }, caller('mary'), 'demo')).toBeNull();
  });

  it('is refused to others', () => {
    expect(refusesAssignment(accounting, caller('emil'), 'emil')).toContain('offered to');
    expect(refusesAssignment(accounting, caller('mary'), 'emil')).toContain('administrator');
    expect(refusesAssignment({ ...open, assignee: 'mary' }, caller('emil'), 'emil')).toContain(
      'assigned to mary',
    );
  });

  it('is open to administrators', () => {
    expect(refusesAssignment({ ...accounting, assignee: 'mary' }, caller('demo'), 'emil')).toBeNull();
    expect(isCandidate(accounting, caller('demo'))).toBe(true);
  });
});

describe('who may change a user task', () => {
  const priority = { kind: 'update', people: false } as const;
  const people = { kind: 'update', people: true } as const;

  it('is a candidate, but not whom it is offered to', () => {
    expect(refusesTaskAct(accounting, caller('mary'), priority)).toBeNull();
    expect(refusesTaskAct(accounting, caller('mary'), people)).toContain('administrator');
    expect(refusesTaskAct(open, caller('emil'), people)).toContain('administrator');
  });

  it('is the assignee and an administrator, and no stranger', () => {
    const task = { ...accounting, assignee: 'mary' };
    expect(refusesTaskAct(task, caller('mary'), people)).toBeNull();
    expect(refusesTaskAct(task, caller('demo'), people)).toBeNull();
    expect(refusesTaskAct(task, caller('emil'), priority)).toContain('assigned to mary');
    expect(refusesTaskAct(accounting, caller('emil'), priority)).toContain('offered to');
  });
});
