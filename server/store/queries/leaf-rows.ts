/** Rows at the positions that the tree names, as they are hashed. */
import type { StoredLeaf } from '@countersign/engine';
import type { Knex } from 'knex';
import { leafOfRow } from '../leaf-reader.js';

/** The rows at these positions, by position. One that can't be read as a row any more stands as `unreadable`. */
export async function findLeafRows(
  knex: Knex,
  positions: readonly number[],
): Promise<Map<number, StoredLeaf | 'unreadable'>> {
  const rows = await knex('audit')
    .whereIn('position', [...positions])
    .select<Parameters<typeof leafOfRow>[0][]>('*');
  return new Map(rows.map((row) => [Number(row.position), readable(row)]));
}

function readable(row: Parameters<typeof leafOfRow>[0]): StoredLeaf | 'unreadable' {
  try {
    const leaf = leafOfRow(row);
    // A moment that is none has no text: the row can't be hashed.
    return Number.isNaN(new Date(leaf.at).getTime()) ? 'unreadable' : leaf;
  } catch {
    return 'unreadable';
  }
}
