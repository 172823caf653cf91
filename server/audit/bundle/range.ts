/**
 * Which leaves a bundle is about, and which are looked at. Without a period that is the whole tree. With one the
 * database is asked where it begins and ends; since that answer comes from rows which may have been changed, the tiles
 * beside it are looked at as well, until one has nothing of the period.
 */
import { TILE_WIDTH } from '@countersign/engine';
import type { BundleManifest } from '@countersign/engine';
import type { Knex } from 'knex';
import { leafIndexOf } from '../../store/audit-tree.js';
import { findPositionAt } from '../../store/queries/bundle-rows.js';
import type { AuditFilter } from '../filter.js';
import { readTileLeaves } from '../proof/tile-leaves.js';

type Range = BundleManifest['range'];

/** The leaves of the filter's period in a tree of `size` leaves. */
export async function findRange(knex: Knex, { from, to }: AuditFilter, size: number): Promise<Range> {
  const indexAt = async (at: number, side: 'from' | 'before'): Promise<number | undefined> => {
    const position = await findPositionAt(knex, at, side);
    const index = position === null ? undefined : await leafIndexOf(knex, position);
    return index !== undefined && index < size ? index : undefined;
  };
  const first = from === undefined ? 0 : ((await indexAt(from, 'from')) ?? size);
  const last = to === undefined ? size - 1 : ((await indexAt(to, 'before')) ?? -1);
  return { from: first, to: Math.max(first, last + 1) };
}

/** The tiles whose leaves are looked at, from `from` up to `to` without it. */
export async function findLookedTiles(
  knex: Knex,
  { from, to }: AuditFilter,
  range: Range,
  size: number,
): Promise<Range> {
  const tiles = Math.ceil(size / TILE_WIDTH);
  /** Whether a row of the tile is on this side of the period's end: also where a row is not there any more. */
  const isAnyRow = async (tile: number, is: (at: number) => boolean): Promise<boolean> => {
    const leaves = await readTileLeaves(knex, tile, size);
    return leaves.some(({ row }) => typeof row !== 'object' || is(row.at));
  };
  let first = Math.floor(range.from / TILE_WIDTH);
  let end = Math.min(tiles, Math.ceil(range.to / TILE_WIDTH));
  if (from !== undefined && first > 0) {
    do first -= 1;
    while (first > 0 && (await isAnyRow(first, (at) => at >= from)));
  }
  if (to !== undefined && end < tiles) {
    do end += 1;
    while (end < tiles && (await isAnyRow(end - 1, (at) => at < to)));
  }
  return { from: first, to: end };
}
