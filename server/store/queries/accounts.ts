/** Reads and writes accounts with their groups and roles. */
import type { Knex } from 'knex';
import type { Account } from '../../access/account.js';

/** The account of a user name; null where there is none. */
export async function findAccount(knex: Knex, username: string): Promise<Account | null> {
  const row = await knex('account')
    .where({ username })
    .first<Omit<Account, 'groups' | 'roles'> | undefined>('username', 'name', 'email');
  if (!row) return null;
  const groups = await knex('group_member')
    .where({ username })
    .orderBy('group_id')
    .pluck<string[]>('group_id');
  const roles = await knex('role_member').where({ username }).orderBy('role_id').pluck<string[]>('role_id');
  return { ...row, groups, roles };
}

/** The password hash of a user name; null where there is no such account. */
export async function findPassword(knex: Knex, username: string): Promise<string | null> {
  const row = await knex('account')
    .where({ username })
    .first<{ password_hash: string } | undefined>('password_hash');
  return row?.password_hash ?? null;
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
  await knex(`${kind}_member`)
    .insert({ [key]: id, username })
    .onConflict([key, 'username'])
    .ignore();
}

/** User names with what people are called, by a part of either; twenty at most. */
export async function findUsers(knex: Knex, part: string): Promise<{ username: string; name: string }[]> {
  const pattern = `%${part.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return knex('account')
    .whereRaw("(lower(username) like ? escape '\\' or lower(name) like ? escape '\\')", [pattern, pattern])
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
