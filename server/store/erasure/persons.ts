/** Persons as the database knows them: the name behind a pseudonym, and what an account says. */
import type { Knex } from 'knex';
import type { Database } from '../database.js';
import { storedAs } from '../people.js';

/** An actor with a pseudonym: a person, or a worker. */
export interface KnownActor {
  /** Such as `user:mary`. */
  readonly name: string;
  readonly pseudonym: string;
}

/** Name and address of a person's account, where there is one. */
export async function accountWords(knex: Knex, username: string): Promise<string[]> {
  const account = await knex('account')
    .where({ username })
    .first<{ name: string; email: string | null } | undefined>('name', 'email');
  return [account?.name, account?.email].filter((word) => typeof word === 'string');
}

/** The actors with a pseudonym whose name, without `user:` or `worker:`, is wanted. */
export async function findActors(knex: Knex, wanted: (name: string) => boolean): Promise<KnownActor[]> {
  const rows = await knex('person').select<KnownActor[]>('name', 'pseudonym');
  return rows.filter(({ name }) => wanted(name.slice(name.indexOf(':') + 1)));
}

/** What stands for each actor in columns that name who did something: by the name, and by the name alone. */
export function standIns(actors: readonly KnownActor[]): ReadonlyMap<string, string> {
  return new Map(
    actors.flatMap(({ name, pseudonym }) => {
      const stored = storedAs(name, pseudonym);
      return [
        [name, stored],
        [name.slice(name.indexOf(':') + 1), stored],
      ] as const;
    }),
  );
}

/** Rows of an account: where they are, and by which column, with `?` for the user name. */
const OF_ACCOUNT: readonly (readonly [table: string, where: string])[] = [
  ['session', 'username = ?'],
  ['signing_proof', 'username = ?'],
  ['api_key', 'username = ?'],
  ['member', "member_type = 'USER' and member_id = ?"],
  ['access_grant', "owner_type = 'USER' and owner_id = ?"],
  ['access_grant', "resource_type = 'USER' and resource_id = ?"],
  ['account', 'username = ?'],
];

/** Deletes an account with everything that belongs to it. */
export function deleteAccount(connection: Database, username: string): void {
  for (const [table, where] of OF_ACCOUNT)
    connection.prepare(`delete from ${table} where ${where}`).run(username);
}

/** Deletes names behind pseudonyms, and accounts with everything that belongs to them. */
export function deletePersons(
  connection: Database,
  actors: readonly KnownActor[],
  usernames: readonly string[],
): void {
  for (const username of usernames) deleteAccount(connection, username);
  const remove = connection.prepare('delete from person where name = ?');
  for (const { name } of actors) remove.run(name);
}

/** Whether anything of these accounts is there. */
export async function hasAccounts(knex: Knex, usernames: readonly string[]): Promise<boolean> {
  for (const username of usernames) {
    for (const [table, where] of OF_ACCOUNT) {
      if (await knex(table).whereRaw(where, [username]).first(knex.raw('1 as one'))) return true;
    }
  }
  return false;
}
