/**
 * Reads the rows of an export: as many as fit into a little memory at a time, with the rest of the server getting its
 * turn in between. What is journalled after the start stays out, so that a second look finds the same rows.
 */
import { setImmediate } from 'node:timers/promises';
import { hashLeaf, leafText, toHex } from '@countersign/engine';
import {
  findAuditRows,
  findLeaves,
  findTreePlace,
  findTreeRows,
  lastAuditPosition,
} from '../store/queries/audit-rows.js';
import type { AuditRow, TreePlace } from '../store/queries/audit-rows.js';
import { createLeafHashes } from '../store/queries/leaf-hashes.js';
import type { Store } from '../store/store.js';
import { approvalIn } from './approvals.js';
import type { FindProcess } from './definitions.js';
import type { AuditFilter, Outcome } from './filter.js';
import { nodeJournalPort } from './journal-port.js';

/** The rows of one export. Each look reads them anew. */
export interface AuditRows {
  /** The last position that is looked at. */
  readonly until: number;
  /** In the order of the journal. A chunk may be empty. */
  byPosition(): AsyncGenerator<AuditRow[]>;
  /** The same, each row with its leaf hash in hexadecimal: what stands for it in the tree that checkpoints sign. */
  withLeaves(): AsyncGenerator<LeafedRow[]>;
  /** The rows of instances, one tree of instances after the other. */
  byTree(): AsyncGenerator<AuditRow[]>;
}

/** A row with its leaf hash. */
export interface LeafedRow extends AuditRow {
  readonly leafHash: string;
}

/** Rows looked at in one turn: a few milliseconds of work, and fewer where rows are long. */
const MOST_ROWS = 400;
const FEWEST_ROWS = 10;

/** Characters of data that a chunk should not have more of. */
const CHARACTERS = 2_000_000;

const OUTCOME_TYPES: Readonly<Record<Outcome, string>> = {
  approved: 'user task completed',
  refused: 'user task completed',
  decided: 'decision evaluated',
  undecided: 'decision evaluated',
};

/** Opens the rows that the filter selects, as the journal stands now. */
export async function openRows(
  store: Pick<Store, 'knex'>,
  filter: AuditFilter,
  findProcess: FindProcess,
): Promise<AuditRows> {
  return rowsUntil(store, filter, findProcess, await lastAuditPosition(store.knex));
}

/** The rows that the filter selects, up to and with a position. */
export function rowsUntil(
  { knex }: Pick<Store, 'knex'>,
  filter: AuditFilter,
  findProcess: FindProcess,
  until: number,
): AuditRows {
  const conditions = conditionsOf(filter);
  const isWanted = outcomeFilter(filter.outcome, findProcess);

  const ofTree = filter.processInstanceKey !== undefined;
  async function* byPosition(): AsyncGenerator<AuditRow[]> {
    const size = chunkSize();
    for (let after = 0; after < until;) {
      const limit = size.next();
      // Positions are walked in steps, so that a filter that finds little does not hold the server up; the rows of
      // one tree are found by its key, and nothing else is looked at.
      const step = ofTree ? until : Math.min(until, after + limit);
      const page = { after, until: step, order: 'asc', ...(ofTree && { limit }) } as const;
      const { rows, characters } = await findAuditRows(knex, conditions, page);
      after = ofTree && rows.length === limit ? rows[rows.length - 1].position : step;
      size.saw(characters);
      yield await isWanted(rows);
      await setImmediate();
    }
  }
  async function* withLeaves(): AsyncGenerator<LeafedRow[]> {
    const stored = createLeafHashes(knex);
    for await (const rows of byPosition()) {
      const positions = rows.map(({ position }) => position);
      const known = await stored.of(positions);
      const missing = positions.filter((position) => !known.has(position));
      const hashed = missing.length === 0 ? known : new Map([...known, ...(await hashRows(knex, missing))]);
      yield rows.map((row) => ({ ...row, leafHash: hashed.get(row.position) ?? '' }));
    }
  }
  async function* byTree(): AsyncGenerator<AuditRow[]> {
    if (ofTree) {
      yield* byPosition();
      return;
    }
    const size = chunkSize();
    let after: TreePlace | null = { rootKey: -1, sequence: -1 };
    while (after) {
      const to: TreePlace | null = await findTreePlace(knex, after, size.next());
      const { rows, characters } = await findTreeRows(knex, conditions, { after, to, until });
      size.saw(characters);
      yield await isWanted(rows);
      after = to;
      await setImmediate();
    }
  }
  return { until, byPosition, withLeaves, byTree };
}

/** The leaf hashes of rows that the tree does not have yet. */
async function hashRows(knex: Store['knex'], positions: readonly number[]): Promise<[number, string][]> {
  const { sha256, encodeText } = nodeJournalPort;
  const leaves = await findLeaves(knex, positions);
  return leaves.map((leaf) => [Number(leaf.position), toHex(hashLeaf(sha256, encodeText(leafText(leaf))))]);
}

/** How many rows to look at next, by how long the last ones were. */
function chunkSize(): { next(): number; saw(characters: number): void } {
  let size = FEWEST_ROWS * 10;
  return {
    next: () => size,
    saw(characters) {
      if (characters > CHARACTERS) size = Math.max(FEWEST_ROWS, Math.floor(size / 4));
      else if (characters < CHARACTERS / 4) size = Math.min(MOST_ROWS, size * 2);
    },
  };
}

/** Which rows beyond the position `after` up to `until` the filter selects: their positions. */
export async function findPositions(
  { knex }: Pick<Store, 'knex'>,
  filter: AuditFilter,
  findProcess: FindProcess,
  { after, until }: { readonly after: number; readonly until: number },
): Promise<Set<number>> {
  const { rows } = await findAuditRows(knex, conditionsOf(filter), { after, until, order: 'asc' });
  const wanted = await outcomeFilter(filter.outcome, findProcess)(rows);
  return new Set(wanted.map(({ position }) => position));
}

/** A page of rows: as many as `limit` says, or all that there are. */
export async function findRowPage(
  { knex }: Pick<Store, 'knex'>,
  filter: AuditFilter,
  page: { readonly limit: number; readonly after?: number; readonly order: 'asc' | 'desc' },
  findProcess: FindProcess,
): Promise<AuditRow[]> {
  const isWanted = outcomeFilter(filter.outcome, findProcess);
  const found: AuditRow[] = [];
  let { after } = page;
  for (;;) {
    const { rows } = await findAuditRows(knex, conditionsOf(filter), { ...page, after });
    found.push(...(await isWanted(rows)));
    if (found.length >= page.limit || rows.length < page.limit) return found.slice(0, page.limit);
    after = rows[rows.length - 1].position;
    await setImmediate();
  }
}

/** What the database can select: an outcome is told by a row's contents, so that only its type is asked for. */
function conditionsOf({ outcome, ...filter }: AuditFilter): Omit<AuditFilter, 'outcome'> {
  if (outcome === undefined) return filter;
  const type = OUTCOME_TYPES[outcome];
  return { ...filter, types: filter.types === undefined || filter.types.includes(type) ? [type] : [] };
}

function outcomeFilter(
  outcome: Outcome | undefined,
  findProcess: FindProcess,
): <R extends AuditRow>(rows: R[]) => Promise<R[]> {
  if (outcome === undefined) return (rows) => Promise.resolve(rows);
  return async (rows) => {
    const wanted: typeof rows = [];
    for (const row of rows) if ((await outcomeOf(row, findProcess)) === outcome) wanted.push(row);
    return wanted;
  };
}

/** What was decided in a row; null where it decides nothing, or what it says was erased. */
export async function outcomeOf(row: AuditRow, findProcess: FindProcess): Promise<Outcome | null> {
  if (row.type === 'decision evaluated') {
    const { failure } = row.data as { failure?: unknown };
    return failure === null || failure === undefined ? 'decided' : 'undecided';
  }
  if (row.type !== 'user task completed' || row.elementId === null) return null;
  const element = (await findProcess(row.processDefinitionKey))?.element(row.elementId);
  return approvalIn(row.data, element?.approval ?? null)?.outcome ?? null;
}
