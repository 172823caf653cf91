/**
 * The leaves of a tile, each beside the row that it was taken of as the database has that row today. Whoever changes
 * the database without the key can change rows, and which positions a tile names; the hashes are held by the root.
 */
import { TILE_WIDTH, hashLeaf, sameBytes } from '@countersign/engine';
import type { StoredLeaf } from '@countersign/engine';
import type { Knex } from 'knex';
import { readTile } from '../../store/audit-tree.js';
import { findLeafRows } from '../../store/queries/leaf-rows.js';
import { nodeJournalPort } from '../journal-port.js';
import { fastLeafText } from '../sequencer/leaf-text.js';

/** A leaf and its row. */
export interface LeafWithRow {
  /** Its place in the tree, from 0. */
  readonly index: number;
  /** The position that the tree names; null where it names none. */
  readonly position: number | null;
  /** The leaf hash that the tree has. */
  readonly recorded: Uint8Array;
  /** The row at that position; undefined where the database has none. */
  readonly row: StoredLeaf | 'unreadable' | undefined;
}

/** A row that is the one its leaf was taken of, or how it is not. */
export type JudgedLeaf =
  | { readonly problem: null; readonly row: StoredLeaf; readonly text: string }
  | { readonly problem: 'was removed from' | 'was changed in' };

const HASH_BYTES = 32;

/** The leaves of a tile of a tree of `size` leaves. Throws where the tree has not the whole of it. */
export async function readTileLeaves(knex: Knex, tile: number, size: number): Promise<LeafWithRow[]> {
  const width = Math.min(TILE_WIDTH, size - tile * TILE_WIDTH);
  const stored = await readTile(knex, 0, tile);
  if (stored === undefined || stored.hashes.length < width * HASH_BYTES) {
    throw new Error(`The tree of the audit trail has no hashes of its leaves from ${tile * TILE_WIDTH} on`);
  }
  const positions = (stored.positions ?? []).slice(0, width);
  const rows = await findLeafRows(knex, positions);
  return Array.from({ length: width }, (_, at) => {
    const position = positions.at(at) ?? null;
    return {
      index: tile * TILE_WIDTH + at,
      position,
      recorded: stored.hashes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
      row: position === null ? undefined : rows.get(position),
    };
  });
}

/** Holds a row against its leaf. */
export function judgeLeaf({ row, recorded }: Pick<LeafWithRow, 'row' | 'recorded'>): JudgedLeaf {
  if (row === undefined) return { problem: 'was removed from' };
  if (row === 'unreadable') return { problem: 'was changed in' };
  const text = fastLeafText(row);
  const hash = hashLeaf(nodeJournalPort.sha256, nodeJournalPort.encodeText(text));
  return sameBytes(hash, recorded) ? { problem: null, row, text } : { problem: 'was changed in' };
}
