/** The people of the demo: one for each part in the samples. Their password is their user name. */
import type { Account } from './account.js';
import { MEMBER_ROLE } from './grants/roles.js';

/** A demo account with what the sign-in page tells about it. */
export interface DemoAccount extends Account {
  readonly password: string;
  /** What this person does, in a few words. */
  readonly role: string;
}

/** Everybody in the demo. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  person(
    'demo',
    'Dana Demo',
    'Administrator: designs, deploys and sees everything',
    ['accounting', 'compliance', 'managers'],
    ['admin'],
  ),
  person('mary', 'Mary Adler', 'Accountant: approves invoices', ['accounting']),
  person(
    'carlos',
    'Carlos Reyes',
    'Compliance officer: signs off customers, exports the audit trail',
    ['compliance'],
    ['auditor', 'data-protection'],
  ),
  person(
    'mia',
    'Mia Lindqvist',
    'Manager: decides about leave, operates instances',
    ['managers'],
    ['operator'],
  ),
  person('emil', 'Emil Novak', 'Employee: asks for leave', []),
];

function person(
  username: string,
  name: string,
  role: string,
  groups: readonly string[],
  roles: readonly string[] = [],
): DemoAccount {
  return {
    username,
    password: username,
    name,
    role,
    email: `${username}@example.com`,
    groups,
    roles: [...roles, MEMBER_ROLE],
  };
}
