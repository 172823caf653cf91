/** A bundle's source out of the database: the tree and its checkpoints, the rows that a filter selects, their contents. */
import { setImmediate } from 'node:timers/promises';
import type { StoredLeaf } from '@countersign/engine';
import type { Knex } from 'knex';
import { checkpointOfSize, lastCheckpoint, readKeys, readSubtree } from '../../store/audit-tree.js';
import { findContents, findModels, findPerson } from '../../store/queries/bundle-rows.js';
import { openCosignedNotes } from '../../store/queries/cosigned-notes.js';
import { findTimeStamps } from '../../store/queries/time-stamps.js';
import type { Store } from '../../store/store.js';
import type { FindProcess } from '../definitions.js';
import { toQuery } from '../filter.js';
import type { AuditFilter } from '../filter.js';
import { readTileLeaves } from '../proof/tile-leaves.js';
import { findPositions } from '../rows.js';
import type { AuditTrail } from '../trail.js';
import { findLookedTiles, findRange } from './range.js';
import { openSelection } from './selection.js';
import type { BundleSource, CheckedLeaf, LeafContent, ShownLeaf } from './source.js';

/** Which bundle. */
export interface BundleRequest {
  readonly filter: AuditFilter;
  /** Sizes of earlier checkpoints that the reader holds: the bundle then shows that its tree continues them. */
  readonly checkpoints: readonly number[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A checkpoint that was asked for and was never signed. */
export class UnknownCheckpoint extends Error {
  constructor(size: number) {
    super(`The log has signed no checkpoint of ${size} rows.`);
  }
}

/** Waits until every row has its checkpoint, and a witness was asked about it; opens the source. Throws UnknownCheckpoint. */
export async function openBundleSource(
  store: Store,
  trail: Pick<AuditTrail, 'origin' | 'catchUp' | 'sign' | 'anchorNow'>,
  findProcess: FindProcess,
  { filter, checkpoints, now }: BundleRequest,
): Promise<BundleSource> {
  const { knex } = store;
  await trail.catchUp();
  const last = await lastCheckpoint(knex);
  if (last === undefined) throw new UnknownCheckpoint(0);
  await trail.anchorNow(last);
  // While it was asked, a larger tree may have been signed and cosigned.
  const cosigned = await openCosignedNotes(knex);
  const head = (await cosigned.newest(last.size)) ?? last;
  const { size } = head;
  const range = await findRange(knex, filter, size);
  const looked = await findLookedTiles(knex, filter, range, size);
  const timeStamps = await findTimeStamps(knex, { sizes: checkpoints, covering: range.to, until: size });
  const proven = [...timeStamps.map((stamp) => stamp.size), ...(await cosigned.lastSizes(size))];
  const sizes = new Set([...checkpoints, ...proven.filter((one) => one < size)]);
  const earlier = [];
  for (const wanted of [...sizes].sort((one, other) => one - other)) {
    const found = await checkpointOfSize(knex, wanted);
    if (found === undefined) throw new UnknownCheckpoint(wanted);
    earlier.push({ size: found.size, note: await cosigned.noteOf(found) });
  }
  const selection = await openSelection(knex, filter);
  /** The shown rows by their tiles, so that the second look goes there alone. */
  const shown = new Map<number, ShownRow[]>();

  const readLeaves = async (tile: number): Promise<CheckedLeaf[]> => {
    const leaves = await readTileLeaves(knex, tile, size);
    const positions = leaves.flatMap(({ position }) => position ?? []);
    const [first, until] = [Math.min(...positions), Math.max(...positions)];
    // A tile with a row that can't be read is refused in any case, and the database's answer could not be read either.
    const isSound = positions.length > 0 && leaves.every(({ row }) => row !== 'unreadable');
    const isAsked = !selection.isByRows && isSound;
    const found = isAsked
      ? await findPositions(store, filter, findProcess, { after: first - 1, until })
      : new Set<number>();
    const ofTile: ShownRow[] = [];
    const isShown = (row: StoredLeaf): boolean => {
      const how = selection.of(row, found.has(row.position));
      if (how === 'hash') return false;
      if (ofTile.length === 0) shown.set(tile, ofTile);
      ofTile.push({ position: row.position, isWhole: how === 'whole', hasContent: row.commitment !== null });
      return true;
    };
    return leaves.map((leaf) => ({ ...leaf, isShown }));
  };

  return {
    origin: trail.origin,
    filter: toQuery(filter),
    range,
    checkpoint: { size, note: await cosigned.noteOf(head) },
    earlier,
    timeStamps,
    keyStatements: (await readKeys(knex)).map(({ statement }) => statement),
    subtree: (level, index) => readSubtree(knex, level, index),
    async *leaves() {
      shown.clear();
      for (let tile = looked.from; tile < looked.to; tile += 1) {
        yield await readLeaves(tile);
        await setImmediate();
      }
    },
    async *shown() {
      for (const rows of shown.values()) yield await withContents(knex, rows);
    },
    person: (pseudonym) => findPerson(knex, pseudonym),
    async models(keys) {
      const found = await findModels(knex, keys);
      return found.map(({ key, processId, version, content }) => ({
        processDefinitionKey: String(key),
        processId,
        version: Number(version),
        bytes: Buffer.from(content, 'utf8'),
      }));
    },
    sign: trail.sign,
    now: () => now,
  };
}

/** A row that the bundle shows, with its content or, where that is not this reader's, without. */
interface ShownRow {
  readonly position: number;
  readonly isWhole: boolean;
  readonly hasContent: boolean;
}

async function withContents(knex: Knex, rows: readonly ShownRow[]): Promise<ShownLeaf[]> {
  const wanted = rows.filter(({ isWhole, hasContent }) => isWhole && hasContent);
  const found = await findContents(
    knex,
    wanted.map(({ position }) => position),
  );
  const contentOf = ({ position, isWhole }: ShownRow): LeafContent =>
    isWhole ? (found.get(position) ?? { missing: 'erased' }) : { missing: 'withheld' };
  return rows.map((row) => ({ position: row.position, content: row.hasContent ? contentOf(row) : null }));
}
