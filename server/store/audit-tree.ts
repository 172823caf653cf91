/** The tables of the tree, its checkpoints and its keys: what the sequencer writes and proofs are read from. */
import { TILE_WIDTH, createFrontier, readJson, writeJson } from '@countersign/engine';
import type { Tile } from '@countersign/engine';
import type { Knex } from 'knex';
import { nodeJournalPort } from '../audit/journal-port.js';
import type { Database } from './database.js';

/** A tile as it is stored; `positions` are those of the rows behind the hashes, at level 0 alone. */
export interface StoredTile extends Tile {
  readonly positions: readonly number[] | null;
}

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  /** How many leaves the tree had. */
  readonly size: number;
  /** The root hash in Base64. */
  readonly root: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The signed note. */
  readonly note: string;
  /** Where the sequencer goes on from. */
  readonly place: string;
  /** Milliseconds that the row which waited longest for this checkpoint had waited. */
  readonly waited: number;
}

/** A signing key as it is stored: its number from 1, the key as text, and the note of its key statement. */
export interface StoredKey {
  readonly number: number;
  readonly key: string;
  readonly statement: string;
  readonly at: number;
}

/** Writes the tree; each call belongs into a transaction. */
export interface TreeRows {
  saveTile(tile: StoredTile): void;
  saveCheckpoint(checkpoint: StoredCheckpoint): void;
  saveKey(key: StoredKey): void;
}

/** The tree's tables on `connection`. */
export function createTreeRows(connection: Database): TreeRows {
  const tile = connection.prepare(
    `insert into audit_tree (level, tile, hashes, positions, first_position, last_position) values (?, ?, ?, ?, ?, ?)
     on conflict (level, tile) do update set hashes = excluded.hashes, positions = excluded.positions,
       first_position = excluded.first_position, last_position = excluded.last_position`,
  );
  const checkpoint = connection.prepare(
    'insert into audit_checkpoint (size, root, at, note, place, waited) values (?, ?, ?, ?, ?, ?)',
  );
  const key = connection.prepare('insert into audit_key (number, key, statement, at) values (?, ?, ?, ?)');
  return {
    saveTile({ level, index, hashes, positions }) {
      const ends = positions && [Math.min(...positions), Math.max(...positions)];
      tile.run(level, index, hashes, positions && writeJson(positions), ends?.[0] ?? null, ends?.[1] ?? null);
    },
    saveCheckpoint({ size, root, at, note, place, waited }) {
      checkpoint.run(size, root, at, note, place, waited);
    },
    saveKey({ number, key: text, statement, at }) {
      key.run(number, text, statement, at);
    },
  };
}

interface CheckpointRow extends Omit<StoredCheckpoint, 'size' | 'at' | 'waited'> {
  size: number | string;
  at: number | string;
  waited: number | string;
}

function toCheckpoint({ size, at, waited, root, note, place }: CheckpointRow): StoredCheckpoint {
  return { size: Number(size), at: Number(at), waited: Number(waited), root, note, place };
}

/** The newest checkpoint; undefined before the first. */
export async function lastCheckpoint(knex: Knex): Promise<StoredCheckpoint | undefined> {
  const row = await knex('audit_checkpoint').orderBy('size', 'desc').first<CheckpointRow | undefined>();
  return row && toCheckpoint(row);
}

/** The checkpoint of exactly this size; undefined where there is none. */
export async function checkpointOfSize(knex: Knex, size: number): Promise<StoredCheckpoint | undefined> {
  const row = await knex('audit_checkpoint').where({ size }).first<CheckpointRow | undefined>();
  return row && toCheckpoint(row);
}

/** The first checkpoint whose tree has the leaf `index`, from 0; undefined where none has it yet. */
export async function checkpointCovering(knex: Knex, index: number): Promise<StoredCheckpoint | undefined> {
  const row = await knex('audit_checkpoint')
    .where('size', '>', index)
    .orderBy('size')
    .first<CheckpointRow | undefined>();
  return row && toCheckpoint(row);
}

/** The log's keys, the first one first. */
export async function readKeys(knex: Knex): Promise<StoredKey[]> {
  const rows = await knex('audit_key')
    .orderBy('number')
    .select<(Omit<StoredKey, 'number' | 'at'> & { number: number | string; at: number | string })[]>(
      'number',
      'key',
      'statement',
      'at',
    );
  return rows.map((row) => ({ ...row, number: Number(row.number), at: Number(row.at) }));
}

/** A tile; undefined where the tree has none there. A hash of it takes 32 bytes. */
export async function readTile(knex: Knex, level: number, index: number): Promise<StoredTile | undefined> {
  const row = await knex('audit_tree')
    .where({ level, tile: index })
    .first<{ hashes: Uint8Array; positions: string | null } | undefined>('hashes', 'positions');
  if (!row) return undefined;
  const positions = row.positions === null ? null : (readJson(row.positions) as number[]);
  return { level, index, hashes: new Uint8Array(row.hashes), positions };
}

/** Where a row stands in the tree: its leaf's index from 0; undefined where it is not in the tree yet. */
export async function leafIndexOf(knex: Knex, position: number): Promise<number | undefined> {
  const rows = await knex('audit_tree')
    .where('level', 0)
    .where('last_position', '>=', position)
    .where('first_position', '<=', position)
    .orderBy('last_position')
    .select<{ tile: number | string; positions: string }[]>('tile', 'positions');
  for (const { tile, positions } of rows) {
    const at = (readJson(positions) as number[]).indexOf(position);
    if (at >= 0) return Number(tile) * TILE_WIDTH + at;
  }
  return undefined;
}

const LEVELS_OF_TILE = 8;

/**
 * The root of a complete subtree, of `2^level` leaves; its hash is computed from the tile that has its parts. Throws
 * where the tree does not hold the whole of it.
 */
export async function readSubtree(knex: Knex, level: number, index: number): Promise<Uint8Array> {
  const tileLevel = Math.floor(level / LEVELS_OF_TILE);
  const width = 2 ** (level % LEVELS_OF_TILE);
  const first = index * width;
  const tile = await readTile(knex, tileLevel, Math.floor(first / TILE_WIDTH));
  const from = first % TILE_WIDTH;
  if (!tile || tile.hashes.length < (from + width) * 32) {
    throw new Error(`The tree has no complete subtree ${index} of level ${level}`);
  }
  const frontier = createFrontier(nodeJournalPort.sha256);
  for (let at = from; at < from + width; at += 1) frontier.append(tile.hashes.slice(at * 32, at * 32 + 32));
  return frontier.root();
}

/** The greatest size of a tree that an anchor has taken; 0 before the first. */
export async function lastAnchored(knex: Knex, anchor: string): Promise<number> {
  const row = await knex('audit_anchor')
    .where({ anchor })
    .orderBy('size', 'desc')
    .first<{ size: number | string } | undefined>('size');
  return Number(row?.size ?? 0);
}

/** Stores the receipt of an anchor for a checkpoint; belongs into a transaction. */
export function saveReceipt(
  connection: Database,
  anchor: string,
  size: number,
  at: number,
  receipt: string,
): void {
  connection
    .prepare(
      `insert into audit_anchor (anchor, size, at, receipt) values (?, ?, ?, ?) on conflict (anchor, size) do nothing`,
    )
    .run(anchor, size, at, receipt);
}
