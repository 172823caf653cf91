/** A bundle's source out of the database: the tree and its checkpoints, the rows that a filter selects, their contents. */
import { TILE_WIDTH } from '@countersign/engine';
import {
  checkpointOfSize,
  lastCheckpoint,
  leafIndexOf,
  readKeys,
  readSubtree,
  readTile,
} from '../../store/audit-tree.js';
import { findBundleRows, findModels, findPerson, findPositionAt } from '../../store/queries/bundle-rows.js';
import { openCosignedNotes } from '../../store/queries/cosigned-notes.js';
import { findTimeStamps } from '../../store/queries/time-stamps.js';
import type { BundleRow } from '../../store/queries/bundle-rows.js';
import type { Store } from '../../store/store.js';
import type { FindProcess } from '../definitions.js';
import { toQuery } from '../filter.js';
import type { AuditFilter } from '../filter.js';
import { findPositions } from '../rows.js';
import type { AuditTrail } from '../trail.js';
import type { BundleSource, ShownLeaf } from './source.js';

const HASH_BYTES = 32;

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
  const range = await rangeOf(store, filter, size);
  const timeStamps = await findTimeStamps(knex, { sizes: checkpoints, covering: range.to, until: size });
  const proven = [...timeStamps.map((stamp) => stamp.size), ...(await cosigned.lastSizes(size))];
  const sizes = new Set([...checkpoints, ...proven.filter((one) => one < size)]);
  const earlier = [];
  for (const wanted of [...sizes].sort((one, other) => one - other)) {
    const found = await checkpointOfSize(knex, wanted);
    if (found === undefined) throw new UnknownCheckpoint(wanted);
    earlier.push({ size: found.size, note: await cosigned.noteOf(found) });
  }
  const isAll = Object.keys(filter).length === 0;

  /** The shown rows of a tile of leaves. */
  const readLeaves = async (tile: number): Promise<ShownLeaf[]> => {
    const stored = await readTile(knex, 0, tile);
    const positions = stored?.positions?.slice(0, size - tile * TILE_WIDTH) ?? [];
    const [from, to] = [Math.min(...positions), Math.max(...positions)];
    const wanted = isAll
      ? null
      : await findPositions(store, filter, findProcess, { after: from - 1, until: to });
    if (stored === undefined || wanted?.size === 0) return [];
    const rows = await findBundleRows(knex, from, to);
    return positions
      .map((position, at) => {
        const hash = stored.hashes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
        return shownLeaf(tile * TILE_WIDTH + at, position, hash, rows.get(position));
      })
      .filter(({ position }) => wanted?.has(position) ?? true);
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
    async *shown() {
      for (let tile = 0; tile * TILE_WIDTH < size; tile += 1) yield await readLeaves(tile);
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

function shownLeaf(
  index: number,
  position: number,
  recorded: Uint8Array,
  found: BundleRow | undefined,
): ShownLeaf {
  const hasContent = found !== undefined && found.leaf.commitment !== null;
  return {
    index,
    recorded,
    position,
    row: found?.leaf,
    content: hasContent ? (found.content ?? { missing: 'erased' }) : undefined,
  };
}

/** The leaves of the filter's period; all of them where it has none. */
async function rangeOf(
  { knex }: Store,
  { from, to }: AuditFilter,
  size: number,
): Promise<{ from: number; to: number }> {
  const indexAt = async (at: number, side: 'from' | 'before'): Promise<number | undefined> => {
    const position = await findPositionAt(knex, at, side);
    const index = position === null ? undefined : await leafIndexOf(knex, position);
    return index !== undefined && index < size ? index : undefined;
  };
  const first = from === undefined ? 0 : ((await indexAt(from, 'from')) ?? size);
  const last = to === undefined ? size - 1 : ((await indexAt(to, 'before')) ?? -1);
  return { from: first, to: Math.max(first, last + 1) };
}
