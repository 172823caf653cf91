/** What a bundle is made of besides rows: their contents with salts, persons with salts, and models. */
import { readJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Knex } from 'knex';
import { storedAs } from '../people.js';

/** The content of a row; the salt is in hexadecimal. */
export interface BundleContent {
  readonly content: JsonObject;
  readonly salt: string;
}

/** The contents at these positions, those that are there. */
export async function findContents(
  knex: Knex,
  positions: readonly number[],
): Promise<Map<number, BundleContent>> {
  const rows = await knex('audit_content')
    .whereIn('position', [...positions])
    .select<{ position: number | string; content: string; salt: string }[]>('position', 'content', 'salt');
  return new Map(
    rows.map(({ position, content, salt }) => [
      Number(position),
      { content: readJson(content) as JsonObject, salt },
    ]),
  );
}

/** The definitions of a process by its id, of one version or of all. */
export async function findProcessKeys(
  knex: Knex,
  processId: string,
  version: number | undefined,
): Promise<Set<number>> {
  const query = knex('process_definition').where({ process_id: processId });
  if (version !== undefined) query.where({ version });
  return new Set((await query.pluck<(number | string)[]>('key')).map(Number));
}

/** What rows may have as their actor where this one is asked for: a person and a worker stand under a pseudonym. */
export async function findActorNames(knex: Knex, actor: string): Promise<Set<string>> {
  const pseudonyms = await knex('person').where({ name: actor }).pluck<string[]>('pseudonym');
  return new Set([actor, ...pseudonyms.map((pseudonym) => storedAs(actor, pseudonym))]);
}

/** The root of the tree that an instance is in; the instance itself where nothing is known of it. */
export async function findRootKey(knex: Knex, processInstanceKey: number): Promise<number> {
  type Found = { root_key: number | string | null } | undefined;
  const instance = await knex('process_instance').where({ key: processInstanceKey }).first<Found>('root_key');
  const row =
    instance ??
    (await knex('audit').where({ process_instance_key: processInstanceKey }).first<Found>('root_key'));
  return Number(row?.root_key ?? processInstanceKey);
}

/** The person behind a pseudonym, the salt in hexadecimal; undefined where it was erased. */
export async function findPerson(
  knex: Knex,
  pseudonym: string,
): Promise<{ pseudonym: string; name: string; salt: string } | undefined> {
  return knex('person')
    .where({ pseudonym })
    .first<{ pseudonym: string; name: string; salt: string } | undefined>('pseudonym', 'name', 'salt');
}

/** A deployed process with its file. */
export interface BundleModelRow {
  readonly key: number | string;
  readonly processId: string;
  readonly version: number | string;
  readonly content: string;
}

/** The files of process definitions, those that are still there. */
export async function findModels(knex: Knex, keys: readonly number[]): Promise<BundleModelRow[]> {
  return knex('process_definition as pd')
    .join('resource as r', 'r.key', 'pd.resource_key')
    .whereIn('pd.key', [...keys])
    .orderBy('pd.key')
    .select<BundleModelRow[]>(
      'pd.key as key',
      'pd.process_id as processId',
      'pd.version as version',
      'r.content as content',
    );
}

/** The least position of a row from a moment on (milliseconds since the epoch), or the greatest before it; null where there is none. */
export async function findPositionAt(
  knex: Knex,
  at: number,
  side: 'from' | 'before',
): Promise<number | null> {
  const query = knex('audit').orderBy('position', side === 'from' ? 'asc' : 'desc');
  const row = await query
    .where('at', side === 'from' ? '>=' : '<', at)
    .first<{ position: number | string } | undefined>('position');
  return row === undefined ? null : Number(row.position);
}
