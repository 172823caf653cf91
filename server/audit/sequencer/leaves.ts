/** The sequencer's work beside the commit path: reads rows, hashes them into leaves and grows the tree in memory. */
import { createTileWriter, hashLeaf } from '@countersign/engine';
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
  /** Whether more rows were waiting than a round takes. */
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

/** Rows of one round: so many take a fraction of a second. */
const MOST_ROWS = 20_000;

/** Rows that are in memory at once. */
const CHUNK = 1_000;

/** Opens the work on a database. */
export async function openLeafWork(database: string): Promise<LeafWork> {
  const reader: LeafReader = await openLeafReader(database);
  let tree: TileWriter | undefined;
  let place = '';
  /** Positions of the leaves in tiles of level 0 that are not full, by tile. */
  let positions = new Map<number, number[]>();

  const add = (writer: TileWriter, leaf: StoredLeaf): void => {
    const index = Math.floor(writer.size / 256);
    const list = positions.get(index);
    if (list) list.push(leaf.position);
    else positions.set(index, [leaf.position]);
    writer.append(hashLeaf(nodeJournalPort.sha256, nodeJournalPort.encodeText(fastLeafText(leaf))));
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
      const width = state.size % 256;
      const tile = Math.floor(state.size / 256);
      if (width > 0) positions.set(tile, (edges.get(`0 ${tile}`)?.positions ?? []).slice(0, width));
    },
    async next() {
      if (!tree) throw new Error('The tree has no state yet');
      let oldest: number | undefined;
      let rows = 0;
      let isMore = true;
      while (isMore && rows < MOST_ROWS) {
        const read = await reader.read(place, CHUNK);
        for (const leaf of read.leaves) add(tree, leaf);
        oldest ??= read.leaves.at(0)?.at;
        rows += read.leaves.length;
        isMore = read.leaves.length === CHUNK;
        ({ place } = read);
      }
      if (oldest === undefined) return null;
      const tiles = tree.takeChanged().map((tile) => ({
        ...tile,
        positions: tile.level === 0 ? (positions.get(tile.index) ?? []) : null,
      }));
      for (const index of positions.keys()) if (index < Math.floor(tree.size / 256)) positions.delete(index);
      return {
        size: tree.size,
        root: tree.root(),
        place,
        tiles,
        oldest,
        isMore,
      };
    },
    close: () => reader.close(),
  };
}
