/** What is kept of erasures: those that are on their way, and the certificates of those that are done. */
import { createHash, randomBytes } from 'node:crypto';
import { readJson, writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Database } from '../database.js';

/** An erasure that has begun. */
export interface BegunErasure {
  readonly key: Key;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pseudonyms: readonly string[];
  /** Whether its certificate is signed: then only the files remain to be rewritten. */
  readonly isCertified: boolean;
}

interface BegunRow {
  key: number | string;
  at: number | string;
  salt: string;
  request_hash: string;
  pseudonyms: string;
  is_certified: number | string;
}

function toBegun(row: BegunRow): BegunErasure {
  return {
    key: Number(row.key) as Key,
    at: Number(row.at),
    pseudonyms: readJson(row.pseudonyms) as string[],
    isCertified: Number(row.is_certified) === 1,
  };
}

function hashOf(salt: string, request: string): string {
  return createHash('sha256').update(salt).update(request).digest('hex');
}

/** Erasures that have begun and not ended, the oldest first. */
export async function findBegun(knex: Knex): Promise<BegunErasure[]> {
  const rows = await knex('erasure_begun').orderBy('key').select<BegunRow[]>();
  return rows.map(toBegun);
}

/** The one that was begun by the same request and has no certificate yet. */
export async function findSameBegun(knex: Knex, request: string): Promise<BegunErasure | undefined> {
  const rows = await knex('erasure_begun').where({ is_certified: 0 }).orderBy('key').select<BegunRow[]>();
  const same = rows.find((row) => row.request_hash === hashOf(row.salt, request));
  return same && toBegun(same);
}

/** Notes that an erasure begins. Of the request only a salted hash is kept, until the erasure has ended. */
export function insertBegun(connection: Database, key: Key, at: number, request: string): void {
  const salt = randomBytes(32).toString('hex');
  connection
    .prepare(
      `insert into erasure_begun (key, at, salt, request_hash, pseudonyms, is_certified) values (?, ?, ?, ?, '[]', 0)`,
    )
    .run(key, at, salt, hashOf(salt, request));
}

/** Notes pseudonyms that nobody can resolve any more. */
export function notePseudonyms(connection: Database, key: Key, pseudonyms: readonly string[]): void {
  const select = connection.prepare('select pseudonyms from erasure_begun where key = ?');
  const before = (select.get(key) as { pseudonyms: string }).pseudonyms;
  const all = [...new Set([...(readJson(before) as string[]), ...pseudonyms])];
  connection.prepare('update erasure_begun set pseudonyms = ? where key = ?').run(writeJson(all), key);
}

/** What an erasure has taken so far, in order. */
export interface Taken {
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  readonly rows: readonly { readonly position: number; readonly commitment: string }[];
  readonly pseudonyms: readonly string[];
}

/** What an erasure has taken so far; read in a batch. */
export function takenBy(connection: Database, key: Key): Taken {
  const rows = connection
    .prepare('select position, commitment from erased_row where erasure_key = ? order by position')
    .all(key) as { position: number; commitment: string }[];
  const row = connection.prepare('select at, pseudonyms from erasure_begun where key = ?').get(key);
  const { at, pseudonyms } = row as { at: number; pseudonyms: string };
  return { begunAt: at, rows, pseudonyms: readJson(pseudonyms) as string[] };
}

/** Stores the signed certificate; the files remain to be rewritten. */
export function saveErasure(connection: Database, key: Key, at: number, signed: object): void {
  connection
    .prepare('insert into erasure (key, at, certificate) values (?, ?, ?)')
    .run(key, at, writeJson(signed));
  connection.prepare('update erasure_begun set is_certified = 1 where key = ?').run(key);
  connection.prepare('delete from erased_row where erasure_key = ?').run(key);
}

/** Notes that the files are rewritten: of this erasure, and of all that had their certificate before. */
export function endErasures(connection: Database, key: Key): void {
  connection.prepare('delete from erasure_begun where is_certified = 1 and key <= ?').run(key);
}

/** An erasure in the list. */
export interface ListedErasure {
  readonly key: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** `unfinished` where it was stopped before its certificate, `files` where old bytes may be left in the files. */
  readonly state: 'complete' | 'unfinished' | 'files';
}

/** All erasures, the newest first; those that were stopped in the middle among them. */
export async function findErasures(knex: Knex): Promise<ListedErasure[]> {
  const begun = await findBegun(knex);
  const certified = new Set(begun.filter(({ isCertified }) => isCertified).map(({ key }) => Number(key)));
  const done = await knex('erasure').select<{ key: number | string; at: number | string }[]>('key', 'at');
  const rows = [
    ...begun
      .filter(({ isCertified }) => !isCertified)
      .map(({ key, at }) => ({ key: Number(key), at, state: 'unfinished' as const })),
    ...done.map(({ key, at }) => ({
      key: Number(key),
      at: Number(at),
      state: certified.has(Number(key)) ? ('files' as const) : ('complete' as const),
    })),
  ];
  return rows
    .sort((one, other) => other.key - one.key)
    .map(({ key, at, state }) => ({ key: String(key), at: new Date(at).toISOString(), state }));
}

/** The signed certificate of an erasure, as it was stored; null where there is none of that key. */
export async function findErasure(knex: Knex, key: Key): Promise<unknown> {
  const row = await knex('erasure').where({ key }).first<{ certificate: string } | undefined>('certificate');
  return row ? readJson(row.certificate) : null;
}
