/** What a bundle is made of: rows as they are hashed, their contents with salts, persons with salts, and models. */
import { readJson } from '@countersign/engine';
import type { JsonObject, StoredLeaf } from '@countersign/engine';
import type { Knex } from 'knex';
import { leafOfRow } from '../leaf-reader.js';

/** A row with its content. */
export interface BundleRow {
  readonly leaf: StoredLeaf;
  /** Null where the row has none, and where it was erased. The salt is in hexadecimal. */
  readonly content: { readonly content: JsonObject; readonly salt: string } | null;
}

type StoredRow = Parameters<typeof leafOfRow>[0] & { content: string | null; salt: string | null };

/** The rows from one position to another, both included, by position. */
export async function findBundleRows(knex: Knex, from: number, to: number): Promise<Map<number, BundleRow>> {
  const rows = await knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .whereBetween('a.position', [from, to])
    .select<StoredRow[]>('a.*', 'c.content', 'c.salt');
  return new Map(
    rows.map((row) => {
      const { content, salt } = row;
      const isThere = content !== null && salt !== null;
      return [
        Number(row.position),
        {
          leaf: leafOfRow(row),
          content: isThere ? { content: readJson(content) as JsonObject, salt } : null,
        },
      ];
    }),
  );
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
