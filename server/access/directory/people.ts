/** Makes, changes, deactivates and deletes the accounts of people. Passwords come as hashes. */
import type { AccountValues } from '../../store/access-rows.js';
import { serverEvent } from '../../store/journal-events.js';
import type { AccountText } from '../../store/journal-events.js';
import { ADMIN_ROLE, MEMBER_ROLE } from '../grants/roles.js';
import { administrators, refusesLast } from './administrators.js';
import { deleteGrants } from './authorizations.js';
import { forbidden } from './change.js';
import type { Change, Refusal } from './change.js';
import { refusesAllOf } from './holding.js';
import { called, notThere } from './words.js';

/** What an account is made of. */
export interface NewAccount {
  readonly username: string;
  /** Null where nobody gave one. */
  readonly name: string | null;
  readonly email: string | null;
  readonly passwordHash: string;
}

/** What can be changed of an account; what is absent stays. */
export interface AccountChanges {
  readonly name?: string;
  readonly email?: string;
  readonly passwordHash?: string;
}

/** Makes an account that is in no group and has no role. */
export function createAccount(change: Change, account: NewAccount): Refusal {
  const refusal = refusesTaken(change, account.username);
  if (refusal) return refusal;
  insert(change, account, []);
  return null;
}

/** Makes the first administrator, while there is none. */
export function createFirstAdministrator(change: Change, account: NewAccount): Refusal {
  if (administrators(change.rows).size > 0)
    return forbidden('There is an administrator already: sign in as one and create users at /v2/users.');
  const refusal = refusesTaken(change, account.username);
  if (refusal) return refusal;
  insert(change, account, [ADMIN_ROLE, MEMBER_ROLE]);
  return null;
}

function refusesTaken({ rows }: Change, username: string): Refusal {
  return rows.account(username) === null
    ? null
    : {
        type: 'ALREADY_EXISTS',
        reason: `There is a ${called('USER', username)} already. Choose another name.`,
      };
}

function insert(change: Change, account: NewAccount, roles: readonly string[]): void {
  const { rows, batch } = change;
  const { username, name, email, passwordHash } = account;
  rows.insertAccount(username, { name: name ?? '', email, deactivatedAt: null }, passwordHash, batch.now);
  for (const role of roles)
    rows.join({ containerType: 'ROLE', containerId: role, memberType: 'USER', memberId: username });
  change.record(serverEvent('account created', { username, groups: [], roles }));
}

/** Changes an account. Another password ends every session of the person. */
export function updateAccount(change: Change, username: string, changes: AccountChanges): Refusal {
  const { rows } = change;
  const before = rows.account(username);
  if (!before) return { type: 'NOT_FOUND', reason: notThere('USER', username) };
  const { name = before.name, email = before.email, passwordHash } = changes;
  // Whoever sets a password can come in as that person.
  const refusal = passwordHash === undefined ? null : refusesAllOf(change, [{ type: 'USER', id: username }]);
  if (refusal) return refusal;
  const after = { ...before, name, email };
  rows.updateAccount(username, after);
  if (passwordHash !== undefined) {
    rows.setPassword(username, passwordHash);
    rows.endSessions(username);
  }
  const data = {
    username,
    before: textOf(before),
    after: textOf(after),
    password: passwordHash !== undefined,
  };
  change.record(serverEvent('account changed', data));
  return null;
}

function textOf({ name, email }: AccountValues): AccountText {
  return { name: name === '' ? null : name, email };
}

/** Has nobody sign in with an account any more, or again; nothing where it is so already. */
export function setActive(change: Change, username: string, active: boolean): Refusal {
  const { rows, batch } = change;
  const before = rows.account(username);
  if (!before) return { type: 'NOT_FOUND', reason: notThere('USER', username) };
  if ((before.deactivatedAt === null) === active) return null;
  const refusal = active
    ? refusesAllOf(change, [{ type: 'USER', id: username }])
    : refusesLast(rows, { users: [username] });
  if (refusal) return refusal;
  rows.updateAccount(username, { ...before, deactivatedAt: active ? null : batch.now });
  if (!active) rows.endSessions(username);
  change.record(serverEvent(active ? 'account activated' : 'account deactivated', { username }));
  return null;
}

/** Deletes an account with its sessions, memberships and grants. */
export function deleteAccount(change: Change, username: string): Refusal {
  const { rows } = change;
  if (!rows.account(username)) return { type: 'NOT_FOUND', reason: notThere('USER', username) };
  const refusal = refusesLast(rows, { users: [username] });
  if (refusal) return refusal;
  const memberships = rows.membershipsOf({ type: 'USER', id: username });
  const idsOf = (type: string): string[] =>
    memberships.filter((one) => one.containerType === type).map((one) => one.containerId);
  deleteGrants(change, [
    ...rows.grantsOf({ type: 'USER', id: username }),
    ...rows.grantsAbout('USER', username),
  ]);
  rows.deleteAccount(username);
  const data = { username, groups: idsOf('GROUP'), roles: idsOf('ROLE'), tenants: idsOf('TENANT') };
  change.record(serverEvent('account deleted', data));
  return null;
}
