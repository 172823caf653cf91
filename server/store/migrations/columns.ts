/** Column types that differ between the databases, so that one migration makes both schemas. */
import type { Knex } from 'knex';

/** Whether the schema is made for SQLite; PostgreSQL otherwise. */
export function isSqlite(knex: Knex): boolean {
  return (knex.client as { driverName: string }).driverName === 'better-sqlite3';
}

/** A primary key that holds a `Key`. In SQLite it is the rowid itself: no second tree to write. */
export function keyColumn(knex: Knex, table: Knex.CreateTableBuilder, name = 'key'): void {
  table.specificType(name, isSqlite(knex) ? 'integer' : 'bigint').primary();
}

/** A column that refers to a `Key`, or holds milliseconds since the epoch. */
export function whole(knex: Knex, table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return table.specificType(name, isSqlite(knex) ? 'integer' : 'bigint');
}
