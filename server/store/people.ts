/**
 * Persons stand in the audit table under a pseudonym, `user:p-…`. The table `person` says whose it is; where its
 * row is gone, nobody can tell any more, and the rows of the audit table stay as they are. Workers are treated alike,
 * `worker:p-…`: the name that a worker gives itself can be that of whoever runs it.
 */
import { randomBytes } from 'node:crypto';
import { SALT_BYTES, pseudonymOf } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Knex } from 'knex';
import { nodeJournalPort } from '../audit/journal-port.js';
import type { Database } from './database.js';

/** Pseudonyms of the persons who act. */
export interface People {
  /** The actor as a row of the audit table has it. A person who acts for the first time gets a pseudonym. */
  storedActor(actor: string): string;
  /** The same for one whose name is somebody's free choice: it may look like a pseudonym, and is none. */
  storedName(actor: string): string;
  /** The actor behind a row's actor; the pseudonym itself where it was erased. */
  actorOf(stored: string): string;
  /** Forgets what was read: after a rollback, or when a person was erased. */
  reset(): void;
}

const NAMED = /^(?:user|worker):/;
const STORED = /^(user|worker):(p-[0-9a-f]{32})$/;

/** Persons kept in memory in each direction; all are forgotten when there are more. */
const MOST = 10_000;

/** A new person as the table has it; `name` is the actor, such as `user:mary`. */
export function newPerson(name: string): { pseudonym: string; name: string; salt: string } {
  const salt = randomBytes(SALT_BYTES);
  return { pseudonym: pseudonymOf(nodeJournalPort, salt, name), name, salt: salt.toString('hex') };
}

/** Whether a row's actor stands for a person or a worker, `user:p-…`. */
export function isStoredPerson(stored: string): boolean {
  return STORED.test(stored);
}

/** The pseudonym in a row's actor; undefined where it has none. */
export function pseudonymIn(stored: string): string | undefined {
  return STORED.exec(stored)?.[2];
}

/** Types of rows whose data may name a worker beside the actor. */
export const WITH_WORKER: ReadonlySet<string> = new Set([
  ...(['job completed', 'job failed', 'error thrown', 'data viewed'] as const),
]);

/** What a worker is called as an actor, before its name. */
const WORKER = 'worker:';

/** The pseudonym of the worker that a row's data names beside the actor, as it is stored: `worker:p-…`. */
export function storedWorkerIn(data: JsonObject): string | undefined {
  const { worker } = data;
  return typeof worker === 'string' && isStoredPerson(worker) ? worker : undefined;
}

/** The data as rows have it: a worker that it names stands under the pseudonym. */
export function storeWorker(data: JsonObject, people: Pick<People, 'storedName'>): JsonObject {
  if (typeof data['worker'] !== 'string') return data;
  return { ...data, worker: people.storedName(`${WORKER}${data['worker']}`) };
}

/** The data with the name that the worker gave itself; with the pseudonym where that was erased. */
export function nameWorker(data: JsonObject, actorOf: (stored: string) => string): JsonObject {
  const stored = storedWorkerIn(data);
  if (stored === undefined) return data;
  const actor = actorOf(stored);
  return actor === stored ? data : { ...data, worker: actor.slice(WORKER.length) };
}

/** The actor as rows have it, of one by name and the pseudonym: `user:` and the pseudonym for `user:mary`. */
export function storedAs(name: string, pseudonym: string): string {
  return `${name.slice(0, name.indexOf(':') + 1)}${pseudonym}`;
}

/** The persons of the database on `connection`. */
export function createPeople(connection: Database): People {
  const byName = connection.prepare('select pseudonym from person where name = ?');
  const byPseudonym = connection.prepare('select name from person where pseudonym = ?');
  const insert = connection.prepare(
    'insert into person (pseudonym, name, salt) values (?, ?, ?) on conflict (name) do nothing',
  );
  const pseudonyms = new Map<string, string>();
  const names = new Map<string, string>();

  const find = (actor: string): string | undefined => {
    const row = byName.get(actor) as { pseudonym: string } | undefined;
    return row && storedAs(actor, row.pseudonym);
  };

  const make = (actor: string): string => {
    const { pseudonym, name, salt } = newPerson(actor);
    insert.run(pseudonym, name, salt);
    // Somebody else may have been faster on another connection.
    return find(actor) ?? storedAs(actor, pseudonym);
  };

  const storedName = (actor: string): string => {
    const known = pseudonyms.get(actor);
    if (known !== undefined) return known;
    const pseudonym = find(actor) ?? make(actor);
    if (pseudonyms.size >= MOST) pseudonyms.clear();
    pseudonyms.set(actor, pseudonym);
    return pseudonym;
  };

  return {
    storedName,
    // What is left of an erased person can still be who a batch operation is done for.
    storedActor: (actor) => (!NAMED.test(actor) || isStoredPerson(actor) ? actor : storedName(actor)),
    actorOf(stored) {
      const pseudonym = pseudonymIn(stored);
      if (pseudonym === undefined) return stored;
      const known = names.get(stored);
      if (known !== undefined) return known;
      const name = (byPseudonym.get(pseudonym) as { name: string } | undefined)?.name;
      if (name === undefined) return stored;
      if (names.size >= MOST) names.clear();
      names.set(stored, name);
      return name;
    },
    reset() {
      pseudonyms.clear();
      names.clear();
    },
  };
}

/** The actors behind the actors of rows, by the latter; those whose person was erased are left out. */
export async function findActors(knex: Knex, stored: Iterable<string>): Promise<Map<string, string>> {
  const pseudonyms = [...new Set(stored)].flatMap((actor) => pseudonymIn(actor) ?? []);
  if (pseudonyms.length === 0) return new Map();
  const rows = await knex('person')
    .whereIn('pseudonym', pseudonyms)
    .select<{ pseudonym: string; name: string }[]>('pseudonym', 'name');
  return new Map(rows.map(({ pseudonym, name }) => [storedAs(name, pseudonym), name]));
}
