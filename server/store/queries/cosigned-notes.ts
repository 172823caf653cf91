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

/** What the witnesses cosigned that there are by now. */
export interface CosignedNotes {
  /** The newest checkpoint of `size` leaves or more that one of them cosigned; undefined where none did. */
  newest(size: number): Promise<StoredCheckpoint | undefined>;
  /** The size of the last tree up to `until` leaves that each of them cosigned. */
  lastSizes(until: number): Promise<number[]>;
  /** The note of a checkpoint with the cosignatures of its size under it, in the order of the witnesses' names. */
  noteOf(checkpoint: Pick<StoredCheckpoint, 'size' | 'note'>): Promise<string>;
}

/** Opens what is stored of the witnesses. */
export async function openCosignedNotes(knex: Knex): Promise<CosignedNotes> {
  const anchors = (await findAnchors(knex)).filter((anchor) => anchor.startsWith(ANCHOR));
  const lastSizes = async (until: number): Promise<number[]> => {
    const sizes: number[] = [];
    for (const anchor of anchors) {
      const row = await knex('audit_anchor')
        .where({ anchor })
        .where('size', '<=', until)
        .orderBy('size', 'desc')
        .first<{ size: number | string } | undefined>('size');
      if (row) sizes.push(Number(row.size));
    }
    return sizes;
  };
  return {
    lastSizes,
    async newest(size) {
      const newest = Math.max(-1, ...(await lastSizes(Number.MAX_SAFE_INTEGER)));
      return newest < size ? undefined : checkpointOfSize(knex, newest);
    },
    async noteOf({ size, note }) {
      const plain = parseNote(note);
      const receipts = await knex('audit_anchor')
        .where({ size })
        .whereIn('anchor', anchors)
        .orderBy('anchor')
        .select<{ anchor: string; receipt: string }[]>('anchor', 'receipt');
      if (plain === undefined || receipts.length === 0) return note;
      const lines = new Map(plain.signatures.map((line) => [formatSignature(line), line]));
      for (const { anchor, receipt } of receipts) {
        for (const line of linesOf(anchor, receipt, plain.text)) lines.set(formatSignature(line), line);
      }
      return formatNote({ text: plain.text, signatures: [...lines.values()] });
    },
  };
}

/** A witness's own lines in its receipt: what it may have put under another name, such as the log's, stays out. */
function linesOf(anchor: string, receipt: string, text: string): NoteSignature[] {
  const signed = parseNote(receipt);
  const own = signed?.signatures.filter(({ name }) => witnessAnchor(name) === anchor) ?? [];
  return signed?.text === text ? own : [];
}

/** All anchors, one step in the index for each: they are few, and their receipts may be millions. */
async function findAnchors(knex: Knex): Promise<string[]> {
  const anchors: string[] = [];
  for (;;) {
    const row = await knex('audit_anchor')
      .where('anchor', '>', anchors.at(-1) ?? '')
      .orderBy('anchor')
      .first<{ anchor: string } | undefined>('anchor');
    if (!row) return anchors;
    anchors.push(row.anchor);
  }
}
