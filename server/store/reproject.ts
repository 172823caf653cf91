/**
 * Makes rows of the projection tables again from what the journal still holds, after contents were erased: the same
 * events, now with stand-ins, give what may stay.
 */
import type { DefinitionSource, Key } from '@countersign/engine';
import { createCandidates } from './candidates.js';
import { COLUMNS } from './columns.js';
import type { Database, SqlValue } from './database.js';
import { createJournal } from './journal.js';
import { project } from './projections/index.js';
import { openStore } from './store.js';
import { createTables } from './tables.js';

/** Rows as the journal gives them now, beside the database. */
export interface Reprojection {
  /** Writes what differs, of the trees and of the single rows of the journal; answers how many rows it changed. */
  write(rootKeys: readonly Key[], positions: readonly number[]): number;
  close(): Promise<void>;
}

/** Columns that are given at run time and stand in no journal row. */
const AT_RUN_TIME: Readonly<Record<string, readonly string[]>> = {
  job: ['worker', 'deadline', 'available_at'],
};

/** Prepares for the database on `connection`; `definitions` has to hold the models of the trees. */
export async function openReprojection(
  connection: Database,
  definitions: DefinitionSource,
): Promise<Reprojection> {
  const scratch = await openStore(':memory:');
  const tables = createTables(scratch.connection);
  const target = { tables, definitions };
  const journal = createJournal(connection);
  const candidates = createCandidates(connection);

  return {
    write(rootKeys, positions) {
      // A batch that is run again may have left something.
      for (const table of [...Object.keys(COLUMNS), 'user_task_candidate'])
        scratch.connection.exec(`delete from ${table}`);
      for (const table of Object.values(tables) as { clear(): void }[]) table.clear();
      for (const rootKey of rootKeys) {
        for (const row of journal.rowsOfTree(rootKey)) project(row.event, row, target);
      }
      for (const position of positions) {
        const row = journal.row(position);
        if (row) project(row.event, row, target);
      }
      for (const table of Object.values(tables) as { flush(): void }[]) table.flush();
      let changed = 0;
      for (const [table, columns] of Object.entries(COLUMNS)) {
        changed += writeTable(connection, scratch.connection, table, columns, (key) => {
          // Made from its row: they follow it.
          if (table === 'user_task') candidates.offer(key);
        });
      }
      candidates.flush();
      journal.forgetPeople();
      return changed;
    },
    close: () => scratch.close(),
  };
}

type Row = Record<string, SqlValue>;

function writeTable(
  connection: Database,
  scratch: Database,
  table: string,
  columns: readonly string[],
  onChange: (key: Key) => void,
): number {
  const compared = columns.filter((name) => name !== columns[0] && !AT_RUN_TIME[table]?.includes(name));
  const select = `select ${columns.join(', ')} from ${table}`;
  const stored = connection.prepare(`${select} where ${columns[0]} = ?`);
  let changed = 0;
  for (const row of scratch.prepare(select).all() as Row[]) {
    const key = row[columns[0]];
    const before = stored.get(key) as Row | undefined;
    const names = before ? compared.filter((name) => before[name] !== row[name]) : [];
    if (names.length === 0) continue;
    const assignments = names.map((name) => `${name} = ?`).join(', ');
    connection
      .prepare(`update ${table} set ${assignments} where ${columns[0]} = ?`)
      .run(...names.map((name) => row[name]), key);
    onChange(key as Key);
    changed += 1;
  }
  return changed;
}
