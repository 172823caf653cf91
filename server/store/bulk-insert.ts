/**
 * Inserts rows by constant SQL, many in one statement: most of what a single row costs is the call from
 * JavaScript, not the insertion.
 */
import type { Database, SqlValue } from './database.js';

/** Inserts rows into one table. */
export interface BulkInsert {
  /** Inserts rows whose values stand one row after the other, in the order of the columns. */
  insert(values: readonly SqlValue[]): void;
}

/** Rows of the large statement: beyond this, longer statements gain nothing. */
const ROWS = 16;

/** Insertion into `columns` of `table`. */
export function createBulkInsert(connection: Database, table: string, columns: readonly string[]): BulkInsert {
  const width = columns.length;
  const places = `(${columns.map(() => '?').join(', ')})`;
  const sql = (rows: number): string =>
    `insert into ${table} (${columns.join(', ')}) values ${new Array<string>(rows).fill(places).join(', ')}`;
  const many = connection.prepare(sql(ROWS));
  const one = connection.prepare(sql(1));
  return {
    insert(values) {
      let first = 0;
      for (; first + ROWS * width <= values.length; first += ROWS * width) {
        many.run(...values.slice(first, first + ROWS * width));
      }
      for (; first < values.length; first += width) one.run(...values.slice(first, first + width));
    },
  };
}
