/** The sequencer's work beside the commit path: reads rows, hashes them into leaves and grows the tree in memory. */
import { TILE_WIDTH, createTileWriter, hashLeaf } from '@countersign/engine';
import type { StoredLeaf, TileWriter } from '@countersign/engine';
import { openLeafReader } from '../../store/leaf-reader.js';
import type { LeafReader } from '../../store/leaf-reader.js';
import type { StoredTile } from '../../store/audit-tree.js';
import { nodeJournalPort } from '../journal-port.js';
import { fastLeafText } from './leaf-text.js';

/** Where the tree stands in the database, with the tiles at its right edge. */
export interface TreeState {
  readonly size: number;
  readonly place: string;
  readonly edges: readonly StoredTile[];
}

/** What a round of work gives: the tiles to be written and the tree's new head. */
export interface Round {
  readonly size: number;
  readonly root: Uint8Array;
  readonly place: string;
  readonly tiles: readonly StoredTile[];
  /** When the oldest row of the round was written, milliseconds since the epoch. */
  readonly oldest: number;
  /** Whether more rows may be waiting than the round took. */
  readonly isMore: boolean;
}

/** Grows the tree round by round; a round that could not be stored is undone by `begin`. */
export interface LeafWork {
  /** Takes the state that is stored. */
  begin(state: TreeState): void;
  /** Takes waiting rows into the tree; null where there are none. */
  next(): Promise<Round | null>;
  close(): Promise<void>;
}

/** Rows that are in memory at once. */
const CHUNK_ROWS = 2_000;
/** A round takes no further chunk after so many milliseconds, so that its rows need not wait long for each other. */
const ROUND_TIME = 300;
/** Rows of one round at most, so that its tiles are written in one short commit. */
const MOST_ROWS = 20_000;

/** Opens the work on a database. */
export async function openLeafWork(database: string): Promise<LeafWork> {
  const reader: LeafReader = await openLeafReader(database);
  let tree: TileWriter | undefined;
  let place = '';
  /** Positions of the leaves in tiles of level 0 that are not full, by tile. */
  let positions = new Map<number, number[]>();

  const append = (growing: TileWriter, leaf: StoredLeaf): void => {
    const index = Math.floor(growing.size / TILE_WIDTH);
    const list = positions.get(index);
    if (list) list.push(leaf.position);
    else positions.set(index, [leaf.position]);
    growing.append(hashLeaf(nodeJournalPort.sha256, nodeJournalPort.encodeText(fastLeafText(leaf))));
  };

  return {
    begin(state) {
      const edges = new Map(state.edges.map((tile) => [`${tile.level} ${tile.index}`, tile]));
      tree = createTileWriter(
        nodeJournalPort.sha256,
        state.size,
        (level, index) => edges.get(`${level} ${index}`)?.hashes,
      );
      place = state.place;
      positions = new Map();
      const width = state.size % TILE_WIDTH;
      const tile = Math.floor(state.size / TILE_WIDTH);
      if (width > 0) positions.set(tile, (edges.get(`0 ${tile}`)?.positions ?? []).slice(0, width));
    },
    async next() {
      if (!tree) throw new Error('The tree has no state yet');
      const growing = tree;
      const started = performance.now();
      const before = growing.size;
      let oldest: number | undefined;
      let isMore = true;
      while (isMore && growing.size - before < MOST_ROWS && performance.now() - started < ROUND_TIME) {
        const read = await reader.read(place, CHUNK_ROWS);
        for (const leaf of read.leaves) append(growing, leaf);
        oldest ??= read.leaves.at(0)?.at;
        isMore = read.leaves.length === CHUNK_ROWS;
        ({ place } = read);
      }
      if (oldest === undefined) return null;
      const tiles = growing.takeChanged().map((tile) => ({
        ...tile,
        positions: tile.level === 0 ? (positions.get(tile.index) ?? []) : null,
      }));
      const edge = Math.floor(growing.size / TILE_WIDTH);
      for (const index of positions.keys()) if (index < edge) positions.delete(index);
      return { size: growing.size, root: growing.root(), place, tiles, oldest, isMore };
    },
    close: () => reader.close(),
  };
}
