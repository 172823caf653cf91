/**
 * Inserts rows by constant SQL, many in one statement: most of what a single row costs is the call from
 * JavaScript, not the insertion.
 */
import type { Database, SqlValue, Statement } from './database.js';
import { createArrayInsert } from './postgres/bulk.js';

/** Inserts rows into one table. */
export interface BulkInsert {
  /** Inserts rows whose values stand one row after the other, in the order of the columns. */
  insert(values: readonly SqlValue[]): void;
}

/** Rows of the large statement: beyond this, longer statements gain nothing. */
const ROWS = 16;

/** Insertion into `columns` of `table`. */
export function createBulkInsert(
  connection: Database,
  table: string,
  columns: readonly string[],
): BulkInsert {
  if (connection.dialect === 'postgres') return createArrayInsert(connection, table, columns);
  const width = columns.length;
  const places = `(${columns.map(() => '?').join(', ')})`;
  const sql = (rows: number): string =>
    `insert into ${table} (${columns.join(', ')}) values ${new Array<string>(rows).fill(places).join(', ')}`;
  const many = connection.prepare(sql(ROWS));
  const one = connection.prepare(sql(1));
  const chunk = new Array<SqlValue>(ROWS * width).fill(null);
  const single = new Array<SqlValue>(width).fill(null);

  const run = (
    statement: Statement,
    places: SqlValue[],
    values: readonly SqlValue[],
    first: number,
  ): void => {
    for (let index = 0; index < places.length; index += 1) places[index] = values[first + index];
    statement.run(...places);
  };

  return {
    insert(values) {
      let first = 0;
      for (; first + chunk.length <= values.length; first += chunk.length) run(many, chunk, values, first);
      for (; first < values.length; first += width) run(one, single, values, first);
    },
  };
}
