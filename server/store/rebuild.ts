/**
 * Replays a database's journal from its first row and compares everything that is made from it: the
 * projection tables, the snapshots, and what the trees of active instances hold. No difference means
 * that the journal alone gives exactly the stored state.
 */
import { applyEvent, createTree, hasEnded, snapshotTree, writeJson } from '@countersign/engine';
import type { DefinitionSource, EngineEvent, InstanceTree, Key } from '@countersign/engine';
import { compareCandidates } from './rebuild-candidates.js';
import { COLUMNS } from './columns.js';
import type { Database, SqlValue } from './database.js';
import { createJournal } from './journal.js';
import type { JournalRow } from './journal.js';
import { project } from './projections/index.js';
import { openStore } from './store.js';
import { createTables } from './tables.js';
import { compareTree } from './rebuild-tree.js';

/** Something stored that the journal does not give. */
export interface Difference {
  /** The table or state it is in. */
  readonly where: string;
  readonly key: Key | string;
  readonly column: string;
  readonly stored: unknown;
  readonly replayed: unknown;
}

/** What a comparison found, and how much it looked at. */
export interface RebuildReport {
  readonly differences: readonly Difference[];
  /** Whether there were more differences than are listed. */
  readonly isCut: boolean;
  readonly journalRows: number;
  readonly projectionRows: number;
  readonly activeTrees: number;
}

/** Differences listed at most. */
const LIMIT = 100;

/** Journal rows between two writes of the scratch tables. */
const FLUSH_EVERY = 2_000;

/**
 * Compares a database with its journal. It has to stand still meanwhile: no runtime on it, or one that
 * gets no commands. `definitions` has to hold the model of every version that ever ran.
 */
export async function compareWithJournal(
  connection: Database,
  definitions: DefinitionSource,
): Promise<RebuildReport> {
  const differences: Difference[] = [];
  let found = 0;
  const report = (difference: Difference): void => {
    found += 1;
    if (differences.length < LIMIT) differences.push(difference);
  };
  const scratch = await openStore(':memory:');
  try {
    const { trees, journalRows } = replay(connection, scratch.connection, definitions, report);
    const projectionRows =
      compareTables(connection, scratch.connection, report) +
      compareCandidates(connection, scratch.connection, report);
    for (const tree of trees.values()) compareTree(connection, tree, report);
    const counts = { journalRows, projectionRows, activeTrees: trees.size };
    return { differences, isCut: found > differences.length, ...counts };
  } finally {
    await scratch.close();
  }
}

/** Replays the journal into trees and into the tables of `scratch`; answers the trees that are active. */
function replay(
  connection: Database,
  scratch: Database,
  definitions: DefinitionSource,
  report: (difference: Difference) => void,
): { trees: Map<Key, InstanceTree>; journalRows: number } {
  const trees = new Map<Key, InstanceTree>();
  const tables = createTables(scratch);
  const target = { tables, definitions };
  const flush = (): void => {
    for (const table of Object.values(tables) as { flush(): void }[]) table.flush();
  };
  const checkSnapshot = snapshotCheck(connection, report);
  let journalRows = 0;
  for (const row of createJournal(connection).rows(0)) {
    journalRows += 1;
    project(row.event, row, target);
    if (journalRows % FLUSH_EVERY === 0) flush();
    if (row.rootKey === null) continue;
    const tree = replayRow(row, row.rootKey, trees, definitions, report);
    if (tree) checkSnapshot(tree);
  }
  flush();
  return { trees, journalRows };
}

function replayRow(
  row: JournalRow,
  rootKey: Key,
  trees: Map<Key, InstanceTree>,
  definitions: DefinitionSource,
  report: (difference: Difference) => void,
): InstanceTree | null {
  const tree = trees.get(rootKey) ?? createTree(rootKey);
  trees.set(rootKey, tree);
  const expected = tree.revision + 1;
  if (row.sequence !== expected) {
    report({ where: 'audit', key: rootKey, column: 'sequence', stored: row.sequence, replayed: expected });
  }
  try {
    applyEvent(tree, row.event as EngineEvent, definitions);
  } catch (error) {
    const stored = `${row.event.type} at position ${row.position}`;
    report({ where: 'audit', key: rootKey, column: 'type', stored, replayed: (error as Error).message });
    return null;
  }
  if (hasEnded(tree)) trees.delete(rootKey);
  return tree;
}

/** Compares a stored snapshot with the tree when the replay stands at its revision. */
function snapshotCheck(
  connection: Database,
  report: (difference: Difference) => void,
): (tree: InstanceTree) => void {
  const rows = connection.prepare('select root_key, revision, data from snapshot').all() as {
    root_key: Key;
    revision: number;
    data: string;
  }[];
  const snapshots = new Map(rows.map((row) => [row.root_key, row]));
  return (tree) => {
    const snapshot = snapshots.get(tree.rootKey);
    if (snapshot?.revision !== tree.revision) return;
    const replayed = writeJson(snapshotTree(tree));
    if (replayed === snapshot.data) return;
    report({ where: 'snapshot', key: tree.rootKey, column: 'data', stored: snapshot.data, replayed });
  };
}

type StoredRow = Record<string, SqlValue>;

/** Compares every projection table row by row; answers how many rows there were. */
function compareTables(
  connection: Database,
  scratch: Database,
  report: (difference: Difference) => void,
): number {
  let count = 0;
  for (const [table, columns] of Object.entries({ ...COLUMNS, message_correlation: CORRELATION })) {
    const key = columns[0];
    const order = `from ${table} order by ${columns[0]}, ${columns[1]}`;
    const sql = `select ${columns.join(', ')} ${order}`;
    const storedSql = table === 'held' ? `select key, ${HELD_AT} as at ${order}` : sql;
    const replayed = scratch.prepare(sql).iterate() as Iterator<StoredRow>;
    let other = replayed.next();
    for (const row of connection.prepare(storedSql).iterate() as IterableIterator<StoredRow>) {
      count += 1;
      while (!other.done && before(other.value, row, columns)) {
        report({
          where: table,
          key: text(other.value[key]),
          column: '*',
          stored: null,
          replayed: other.value,
        });
        other = replayed.next();
      }
      if (other.done || before(row, other.value, columns)) {
        report({ where: table, key: text(row[key]), column: '*', stored: row, replayed: null });
        continue;
      }
      compareRow(table, columns, row, other.value, report);
      other = replayed.next();
    }
    for (; !other.done; other = replayed.next()) {
      report({ where: table, key: text(other.value[key]), column: '*', stored: null, replayed: other.value });
    }
  }
  return count;
}

/** What is kept back of a job that was leased is given at run time, as the lease is: null stands for it. */
const HELD_AT = `case when key in (select key from job where deadline is not null or ended_at is not null) then null else at end`;

const CORRELATION = ['message_key', 'process_id', 'process_instance_key'] as const;

/** Whether `a` stands before `b`: rows are ordered by key, correlations also by process id. */
function before(a: StoredRow, b: StoredRow, columns: readonly string[]): boolean {
  const [first, second] = columns;
  if (a[first] !== b[first]) return Number(a[first]) < Number(b[first]);
  return columns === CORRELATION && text(a[second]) < text(b[second]);
}

/** The lease of a job is given at run time: its two columns, and when a leased job can be taken again. */
function compareRow(
  table: string,
  columns: readonly string[],
  stored: StoredRow,
  replayed: StoredRow,
  report: (difference: Difference) => void,
): void {
  for (const column of columns) {
    if (stored[column] === replayed[column]) continue;
    if (table === 'held' && stored[column] === null) continue;
    if (table === 'job' && (column === 'worker' || column === 'deadline')) continue;
    if (table === 'job' && column === 'available_at' && stored['deadline'] !== null) continue;
    const key = text(stored[columns[0]]);
    report({ where: table, key, column, stored: stored[column], replayed: replayed[column] });
  }
}

function text(value: SqlValue): string {
  return String(value);
}
