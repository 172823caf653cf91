/** Checkpoints as witnesses outside cosigned them. */
import { formatNote, formatSignature, parseNote } from '@countersign/engine';
import type { NoteSignature } from '@countersign/engine';
import type { Knex } from 'knex';
import { checkpointOfSize, saveReceipt } from '../audit-tree.js';
import type { StoredCheckpoint } from '../audit-tree.js';
import type { Database } from '../database.js';

const ANCHOR = 'witness ';

/** The anchor of the witness of a name: what `lastAnchored` is asked with. */
export function witnessAnchor(name: string): string {
  return `${ANCHOR}${name}`;
}

/** Stores the note that the witness of a name cosigned; belongs into a transaction. */
export function saveCosignedNote(
  connection: Database,
  name: string,
  { size, at, note }: Pick<StoredCheckpoint, 'size' | 'at' | 'note'>,
): void {
  saveReceipt(connection, witnessAnchor(name), size, at, note);
}

/** The newest checkpoint of `size` leaves or more that a witness cosigned; undefined where none did. */
export async function lastCosigned(knex: Knex, size: number): Promise<StoredCheckpoint | undefined> {
  const row = await cosigned(knex)
    .where('size', '>=', size)
    .orderBy('size', 'desc')
    .first<{ size: number | string } | undefined>('size');
  return row && checkpointOfSize(knex, Number(row.size));
}

/** The size of the last tree up to `until` leaves that each witness cosigned. */
export async function lastSizesCosigned(knex: Knex, until: number): Promise<number[]> {
  const rows = await cosigned(knex)
    .where('size', '<=', until)
    .groupBy('anchor')
    .select<{ size: number | string }[]>(knex.raw('max(size) as size'));
  return rows.map(({ size }) => Number(size));
}

/** The note of a checkpoint with the cosignatures that are stored for its size, in the order of the witnesses' names. */
export async function cosignedNote(
  knex: Knex,
  { size, note }: Pick<StoredCheckpoint, 'size' | 'note'>,
): Promise<string> {
  const plain = parseNote(note);
  const receipts = await cosigned(knex)
    .where({ size })
    .orderBy('anchor')
    .select<{ anchor: string; receipt: string }[]>('anchor', 'receipt');
  if (plain === undefined || receipts.length === 0) return note;
  const lines = new Map(plain.signatures.map((line) => [formatSignature(line), line]));
  for (const { anchor, receipt } of receipts) {
    for (const line of linesOf(anchor, receipt, plain.text)) lines.set(formatSignature(line), line);
  }
  return formatNote({ text: plain.text, signatures: [...lines.values()] });
}

/** A witness's own lines in its receipt: what it may have put under another name, such as the log's, stays out. */
function linesOf(anchor: string, receipt: string, text: string): NoteSignature[] {
  const signed = parseNote(receipt);
  const own = signed?.signatures.filter(({ name }) => witnessAnchor(name) === anchor) ?? [];
  return signed?.text === text ? own : [];
}

function cosigned(knex: Knex): Knex.QueryBuilder {
  return knex('audit_anchor').where('anchor', 'like', `${ANCHOR}%`);
}
