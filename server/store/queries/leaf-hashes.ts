/**
 * Leaf hashes as the tree has them, for rows that are read in the order of their positions: each tile is read once,
 * and let go when the rows are beyond it.
 */
import { TILE_WIDTH } from '@countersign/engine';
import type { Knex } from 'knex';
import { readTile } from '../audit-tree.js';

/** Leaf hashes of the tree. */
export interface LeafHashes {
  /**
   * The leaf hashes in hexadecimal of rows at these positions, which rise and are beyond those asked for before. One
   * that is not found has no leaf yet, or one far from its neighbours.
   */
  of(positions: readonly number[]): Promise<ReadonlyMap<number, string>>;
}

const HASH_BYTES = 32;
/** Beyond so many positions the tile is looked for, and those in between are not read. */
const NEAR = 4 * TILE_WIDTH;

/** The leaf hashes in the database. */
export function createLeafHashes(knex: Knex): LeafHashes {
  const known = new Map<number, string>();
  let next = 0;
  let reach = 0;

  /** Takes in the next tile; false where it is the last one there is. */
  const readNext = async (): Promise<boolean> => {
    const tile = await readTile(knex, 0, next);
    const positions = tile?.positions ?? [];
    const bytes = Buffer.from(tile?.hashes ?? []);
    positions.forEach((position, at) => {
      known.set(position, bytes.toString('hex', at * HASH_BYTES, (at + 1) * HASH_BYTES));
    });
    if (positions.length < TILE_WIDTH) return false;
    reach = Math.max(reach, ...positions);
    next += 1;
    return true;
  };

  return {
    async of(positions) {
      const first = positions.at(0);
      const last = positions.at(-1);
      if (first === undefined || last === undefined) return known;
      for (const position of known.keys()) if (position < first) known.delete(position);
      if (first > reach + NEAR) {
        const row = await knex('audit_tree')
          .where('level', 0)
          .where('last_position', '>=', first)
          .orderBy('last_position')
          .first<{ tile: number | string } | undefined>('tile');
        if (!row) return known;
        next = Math.max(next, Number(row.tile));
      }
      while (reach < last && (await readNext()));
      return known;
    },
  };
}
