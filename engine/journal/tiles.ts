/**
 * The tree in tiles of 256 hashes, as C2SP tlog-tiles cuts it: tile n of level 0 holds the leaf hashes from
 * 256·n; tile n of level l holds the roots of the tiles 256·n … of the level below, full ones alone. A tile is
 * written again until it is full and never after.
 */
import type { Sha256 } from './port.js';
import { createFrontier, foldPeaks, subtreeRoot, subtreesOf } from './tree.js';
import type { Peak } from './tree.js';

/** How many hashes a full tile has. */
export const TILE_WIDTH = 256;
const TILE_LEVELS = 8;
const HASH_BYTES = 32;

/** A tile: `hashes` are its hashes one after another, 32 bytes each, at most 256. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** How many hashes the tile at the right edge of a level has in a tree of `size` leaves; 0 where the level ends with a full tile. */
export function edgeWidth(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH;
}

/** Grows a tree tile by tile. */
export interface TileWriter {
  /** How many leaves the tree has. */
  readonly size: number;
  /** Adds a leaf hash. */
  append(leaf: Uint8Array): void;
  /** The tiles that changed since they were last taken, full or not, in their present state. */
  takeChanged(): Tile[];
  /** The root hash of the tree as it is now. */
  root(): Uint8Array;
}

/**
 * Continues a tree of `size` leaves; `readTile` gives the tiles at its right edge and throws or answers
 * undefined where one is missing, which is an error here: the tree could not be continued.
 */
export function createTileWriter(
  sha256: Sha256,
  size: number,
  readTile: (level: number, index: number) => Uint8Array | undefined,
): TileWriter {
  const edges: Edge[] = [];
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) edges.push(readEdge(size, level, readTile));
  const full: Tile[] = [];
  let leaves = size;

  const add = (level: number, hash: Uint8Array): void => {
    const edge = (edges[level] ??= { level, index: 0, width: 0, hashes: newTile(), changed: false });
    edge.hashes.set(hash, edge.width * HASH_BYTES);
    edge.width += 1;
    edge.changed = true;
    if (edge.width < TILE_WIDTH) return;
    full.push({ level, index: edge.index, hashes: edge.hashes });
    const root = tileRoot(sha256, edge.hashes);
    edges[level] = { level, index: edge.index + 1, width: 0, hashes: newTile(), changed: false };
    add(level + 1, root);
  };

  return {
    get size() {
      return leaves;
    },
    append(leaf) {
      add(0, leaf);
      leaves += 1;
    },
    takeChanged() {
      const partial = edges.filter(({ changed, width }) => changed && width > 0);
      for (const edge of edges) edge.changed = false;
      return [
        ...full.splice(0),
        ...partial.map(({ level, index, width, hashes }) => ({
          level,
          index,
          hashes: hashes.slice(0, width * HASH_BYTES),
        })),
      ];
    },
    root() {
      const peaks: Peak[] = [];
      for (const { level, width, hashes } of [...edges].reverse()) {
        const inTile = createFrontier(sha256);
        for (let at = 0; at < width; at += 1) inTile.append(hashAt(hashes, at));
        peaks.push(...inTile.peaks().map((peak) => ({ ...peak, level: peak.level + level * TILE_LEVELS })));
      }
      return foldPeaks(sha256, peaks);
    },
  };
}

interface Edge {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  width: number;
  changed: boolean;
}

function newTile(): Uint8Array {
  return new Uint8Array(TILE_WIDTH * HASH_BYTES);
}

function readEdge(
  size: number,
  level: number,
  readTile: (level: number, index: number) => Uint8Array | undefined,
): Edge {
  const width = edgeWidth(size, level);
  const index = Math.floor(size / TILE_WIDTH ** (level + 1));
  const hashes = newTile();
  if (width > 0) {
    const stored = readTile(level, index);
    if (stored === undefined || stored.length < width * HASH_BYTES) {
      throw new Error(
        `The tree of ${size} leaves can't be continued: its tile ${index} of level ${level} is missing or short.`,
      );
    }
    hashes.set(stored.subarray(0, width * HASH_BYTES));
  }
  return { level, index, width, hashes, changed: false };
}

function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}

function tileRoot(sha256: Sha256, hashes: Uint8Array): Uint8Array {
  return subtreeRoot(
    sha256,
    Array.from({ length: hashes.length / HASH_BYTES }, (_, at) => hashAt(hashes, at)),
  );
}

/** Reads hashes of a stored tree. */
export interface TileReader {
  /** The root of the complete subtree (level, index), whose leaves the tree must have. */
  subtree(level: number, index: number): Promise<Uint8Array>;
  /** The root over the leaves from `from` up to `to` without it: of a whole tree (from 0), or of a range that a proof asks for. */
  range(from: number, to: number): Promise<Uint8Array>;
}

/** Reads a tree whose tiles `readTile` gives; a tile that is missing or short is an error that names it. */
export function createTileReader(
  sha256: Sha256,
  readTile: (level: number, index: number) => Promise<Uint8Array | undefined>,
): TileReader {
  const subtree = async (level: number, index: number): Promise<Uint8Array> => {
    const tileLevel = Math.floor(level / TILE_LEVELS);
    const width = 2 ** (level % TILE_LEVELS);
    const first = index * width;
    const tile = await readTile(tileLevel, Math.floor(first / TILE_WIDTH));
    const from = first % TILE_WIDTH;
    if (tile === undefined || tile.length < (from + width) * HASH_BYTES) {
      const name = `tile ${Math.floor(first / TILE_WIDTH)} of level ${tileLevel}`;
      throw new Error(`The tree is damaged: its ${name} is missing or short.`);
    }
    return tileRoot(sha256, tile.subarray(from * HASH_BYTES, (from + width) * HASH_BYTES));
  };
  return {
    subtree,
    async range(from, to) {
      const peaks: Peak[] = [];
      for (const { level, index } of subtreesOf(from, to))
        peaks.push({ level, hash: await subtree(level, index) });
      return foldPeaks(sha256, peaks);
    },
  };
}
