/** The rows that instances leave in the database, and their bare insertion: what benchmarks compare the runtime with. */
import { createBulkInsert } from '../../server/store/bulk-insert.js';
import type { SqlValue } from '../../server/store/database.js';
import type { Store } from '../../server/store/store.js';

/** The tables that an instance leaves rows in, and the column by which new rows are told. */
export const INSTANCE_TABLES = [
  ['audit', 'position'],
  ['audit_content', 'position'],
  ['process_instance', 'key'],
  ['element_instance', 'key'],
  ['variable', 'key'],
  ['job', 'key'],
] as const;

/** Rows of one table; each has its values in the order of the columns. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly SqlValue[][];
}

/** Tells the rows that were added to each table since it was last asked. */
export function createRowReader({ connection }: Pick<Store, 'connection'>): () => TableRows[] {
  const known = INSTANCE_TABLES.filter(([table]) =>
    connection.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(table),
  );
  const last = new Map<string, SqlValue>();
  return () =>
    known.map(([table, order]) => {
      const found = connection
        .prepare(`select * from ${table} where ${order} > ? order by ${order}`)
        .all(last.get(table) ?? 0) as Record<string, SqlValue>[];
      const newest = found.at(-1);
      if (newest) last.set(table, newest[order]);
      return { table, columns: Object.keys(newest ?? {}), rows: found.map((row) => Object.values(row)) };
    });
}

/** The part of the rows that the commit numbered `index` of so many has, in the order they were made. */
export function partOf(tables: readonly TableRows[], index: number, commits: number): TableRows[] {
  return tables.map(({ table, columns, rows }) => ({
    table,
    columns,
    rows: rows.slice(
      Math.floor((rows.length * index) / commits),
      Math.floor((rows.length * (index + 1)) / commits),
    ),
  }));
}

/** Inserts rows, one a call, in so many commits. */
export function insertBare(
  { connection }: Pick<Store, 'connection'>,
  tables: readonly TableRows[],
  commits: number,
): void {
  const begin = connection.prepare('begin immediate');
  const commit = connection.prepare('commit');
  const inserts = tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ table, columns, rows }) => {
      const places = columns.map(() => '?').join(', ');
      return {
        statement: connection.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`),
        rows,
      };
    });
  for (let index = 0; index < commits; index += 1) {
    begin.run();
    for (const { statement, rows } of inserts) {
      const from = Math.floor((rows.length * index) / commits);
      const to = Math.floor((rows.length * (index + 1)) / commits);
      for (let row = from; row < to; row += 1) statement.run(...rows[row]);
    }
    commit.run();
  }
}

/** Inserts the rows of one commit, many in a statement, as the runtime does. */
export function createBatchInsert({
  connection,
}: Pick<Store, 'connection'>): (tables: readonly TableRows[]) => void {
  const inserts = new Map<string, ReturnType<typeof createBulkInsert>>();
  return (tables) => {
    connection.begin();
    for (const { table, columns, rows } of tables) {
      if (rows.length === 0) continue;
      let insert = inserts.get(table);
      if (!insert) inserts.set(table, (insert = createBulkInsert(connection, table, columns)));
      insert.insert(rows.flat());
    }
    void connection.commit();
  };
}
