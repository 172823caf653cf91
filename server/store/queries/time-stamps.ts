/** Time stamps that authorities outside gave on checkpoints. */
import { fromBase64, readJson, writeJson } from '@countersign/engine';
import type { Knex } from 'knex';
import { saveReceipt } from '../audit-tree.js';
import type { Database } from '../database.js';

/** A stamp on the checkpoint of `size` leaves; the token in DER. */
export interface StoredTimeStamp {
  readonly size: number;
  readonly token: Uint8Array;
}

/** Which stamps are wanted. */
export interface TimeStampChoice {
  /** Those on checkpoints of these sizes. */
  readonly sizes: readonly number[];
  /** And the first one on a tree of so many leaves or more; the last one where there is none yet. */
  readonly covering: number;
  /** None on a larger tree than this. */
  readonly until: number;
}

const ANCHOR = 'time stamp';

/** Stores a stamp (the token in Base64) that the authority at `url` gave; belongs into a transaction. */
export function saveTimeStamp(
  connection: Database,
  url: string,
  { size, at, token }: { readonly size: number; readonly at: number; readonly token: string },
): void {
  saveReceipt(connection, ANCHOR, size, at, writeJson({ url, token }));
}

/** Stamps by rising size, one for a size. */
export async function findTimeStamps(
  knex: Knex,
  { sizes, covering, until }: TimeStampChoice,
): Promise<StoredTimeStamp[]> {
  const stamps = () =>
    knex('audit_anchor')
      .where('anchor', ANCHOR)
      .where('size', '<=', until)
      .select<{ size: number | string; receipt: string }[]>('size', 'receipt');
  const first = await stamps().where('size', '>=', covering).orderBy('size').limit(1);
  const last = first.length > 0 ? [] : await stamps().orderBy('size', 'desc').limit(1);
  const found = new Map<number, Uint8Array>();
  for (const { size, receipt } of [...first, ...last, ...(await stamps().whereIn('size', [...sizes]))]) {
    const token = fromBase64((readJson(receipt) as { token: string }).token);
    if (token) found.set(Number(size), token);
  }
  return [...found].map(([size, token]) => ({ size, token })).sort((one, other) => one.size - other.size);
}
