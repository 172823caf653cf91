/** Reads and writes accounts with their groups and roles. */
import type { Knex } from 'knex';
import type { Account } from '../../access/account.js';
import { findContainers } from './memberships.js';

/** An account as a sign-in needs it. */
export interface StoredAccount extends Account {
  readonly passwordHash: string;
  /** Since when it cannot sign in, in milliseconds since the epoch; null while it can. */
  readonly deactivatedAt: number | null;
}

interface AccountRow {
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly password_hash: string;
  readonly deactivated_at: number | null;
}

/** The account of a user name, deactivated or not; null where there is none. */
export async function findAccount(knex: Knex, username: string): Promise<StoredAccount | null> {
  const row = await knex('account')
    .where({ username })
    .first<AccountRow | undefined>('username', 'name', 'email', 'password_hash', 'deactivated_at');
  if (!row) return null;
  const { GROUP: groups, ROLE: roles } = await findContainers(knex, [{ type: 'USER', id: username }]);
  return {
    username: row.username,
    // Whoever made the account may have given no name.
    name: row.name === '' ? row.username : row.name,
    email: row.email,
    groups,
    roles,
    passwordHash: row.password_hash,
    deactivatedAt: row.deactivated_at,
  };
}

/** Stores a new account; its groups and roles are made where they are not there yet. */
export async function saveAccount(
  knex: Knex,
  account: Account,
  passwordHash: string,
  now: number,
): Promise<void> {
  const { username, name, email, groups, roles } = account;
  await knex('account').insert({ username, name, email, password_hash: passwordHash, created_at: now });
  for (const group of groups) await join(knex, 'group', group, username);
  for (const role of roles) await join(knex, 'role', role, username);
}

async function join(knex: Knex, kind: 'group' | 'role', id: string, username: string): Promise<void> {
  const key = `${kind}_id`;
  await knex(kind)
    .insert({ [key]: id, name: id })
    .onConflict(key)
    .ignore();
  await knex('member')
    .insert({
      container_type: kind.toUpperCase(),
      container_id: id,
      member_type: 'USER',
      member_id: username,
    })
    .onConflict(['container_type', 'container_id', 'member_type', 'member_id'])
    .ignore();
}

/** User names with what people are called, by a part of either; twenty at most. */
export async function findUsers(knex: Knex, part: string): Promise<{ username: string; name: string }[]> {
  const pattern = `%${part.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return knex('account')
    .whereRaw("(lower(username) like ? escape '\\' or lower(name) like ? escape '\\')", [pattern, pattern])
    .whereNull('deactivated_at')
    .orderBy('name')
    .limit(20)
    .select<{ username: string; name: string }[]>('username', 'name');
}

/** All groups. */
export async function findGroups(knex: Knex): Promise<{ groupId: string; name: string }[]> {
  return knex('group')
    .orderBy('name')
    .select<{ groupId: string; name: string }[]>({ groupId: 'group_id', name: 'name' });
}
