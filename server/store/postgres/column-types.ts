/** The types of the columns of PostgreSQL's tables, read once for each connection. */
import type { Database } from '../database.js';

const known = new WeakMap<Database, Map<string, string>>();

/** From a column of `table` to its type, such as `bigint`. Throws where the table has none of that name. */
export function readColumnTypes(connection: Database, table: string): (column: string) => string {
  const types = known.get(connection) ?? readAll(connection);
  known.set(connection, types);
  return (column) => {
    const type = types.get(`${table}.${column}`);
    if (type === undefined) throw new Error(`The table ${table} has no column ${column}`);
    return type;
  };
}

function readAll(connection: Database): Map<string, string> {
  const rows = connection
    .prepare(
      `select table_name || '.' || column_name as name, data_type as type
       from information_schema.columns where table_schema = current_schema()`,
    )
    .all() as { name: string; type: string }[];
  return new Map(rows.map(({ name, type }) => [name, type]));
}
