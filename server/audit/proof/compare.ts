/**
 * Holds the whole journal against the signed tree, a tile at a time: which rows are no longer those that were recorded,
 * which are not there any more, and whether all together give the root that was signed.
 */
import { setImmediate } from 'node:timers/promises';
import { TILE_WIDTH, createFrontier, hashLeaf, parseCheckpoint, sameBytes } from '@countersign/engine';
import type { Knex } from 'knex';
import type { StoredCheckpoint } from '../../store/audit-tree.js';
import { nodeJournalPort } from '../journal-port.js';
import { judgeLeaf, readTileLeaves } from './tile-leaves.js';
import type { LeafWithRow } from './tile-leaves.js';

/** A row that is not the one its leaf was taken of. */
export interface DifferingRow {
  /** The leaf's place in the tree, and the position that the tree names for it, if it names one. */
  readonly index: number;
  readonly position: number | null;
  readonly problem: 'was removed from' | 'was changed in';
}

/** What was found. */
export interface Comparison {
  /** Leaves whose rows are the recorded ones. */
  readonly recorded: number;
  readonly removed: number;
  readonly changed: number;
  /** The first rows that differ, at most `MOST_TOLD`. */
  readonly differing: readonly DifferingRow[];
  /** Whether the rows as they are now give the root of the checkpoint. */
  readonly givesRoot: boolean;
}

/** How many rows that differ are told one by one. */
export const MOST_TOLD = 100;

/** A row that differs, in words. */
export function describeDiffering({ index, position, problem }: DifferingRow): string {
  const row = position === null ? `The row of leaf ${index}` : `The audit row at position ${position}`;
  return `${row} ${problem} the database after it was recorded.`;
}

/** The rows of a tile that are not the recorded ones. */
export function differingRows(leaves: readonly LeafWithRow[]): DifferingRow[] {
  return leaves.flatMap((leaf) => {
    const { problem } = judgeLeaf(leaf);
    return problem === null ? [] : [{ index: leaf.index, position: leaf.position, problem }];
  });
}

/** Compares every row that the checkpoint's tree has. It gives way to others after each tile. */
export async function compareJournal(knex: Knex, { size, note }: StoredCheckpoint): Promise<Comparison> {
  const { sha256 } = nodeJournalPort;
  const tree = createFrontier(sha256);
  const found: DifferingRow[] = [];
  const counts = { recorded: 0, 'was removed from': 0, 'was changed in': 0 };
  for (let tile = 0; tile * TILE_WIDTH < size; tile += 1) {
    for (const leaf of await readTileLeaves(knex, tile, size)) {
      const judged = judgeLeaf(leaf);
      counts[judged.problem ?? 'recorded'] += 1;
      tree.append(judged.problem === null ? leaf.recorded : hashLeaf(sha256, new Uint8Array(0)));
      if (judged.problem !== null && found.length < MOST_TOLD) {
        found.push({ index: leaf.index, position: leaf.position, problem: judged.problem });
      }
    }
    await setImmediate();
  }
  const signed = parseCheckpoint(note)?.checkpoint.root;
  return {
    recorded: counts.recorded,
    removed: counts['was removed from'],
    changed: counts['was changed in'],
    differing: found,
    givesRoot: signed !== undefined && sameBytes(tree.root(), signed),
  };
}
