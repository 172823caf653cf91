/** Changes and removes many rows of one table by their keys. */
import type { Key } from '@countersign/engine';
import type { Database, SqlValue, Statement } from './database.js';
import { createArrayChange } from './postgres/bulk.js';

/** The changed columns of one row, by name. */
export type ColumnChanges = Readonly<Record<string, SqlValue>>;

/** Changes of one table. */
export interface BulkChange {
  update(changes: ReadonlyMap<Key, ColumnChanges>): void;
  remove(keys: ReadonlySet<Key>): void;
}

/** Changes of rows of `table`, which have a column `key`. */
export function createBulkChange(connection: Database, table: string): BulkChange {
  if (connection.dialect === 'postgres') return createArrayChange(connection, table);
  const remove = connection.prepare(`delete from ${table} where key = ?`);
  const updates = new Map<string, Statement>();

  const updateOf = (names: readonly string[]): Statement => {
    const signature = names.join();
    let statement = updates.get(signature);
    if (!statement) {
      const assignments = names.map((name) => `${name} = ?`).join(', ');
      statement = connection.prepare(`update ${table} set ${assignments} where key = ?`);
      updates.set(signature, statement);
    }
    return statement;
  };

  return {
    update(changes) {
      for (const [key, columns] of changes) {
        updateOf(Object.keys(columns)).run(...Object.values(columns), key);
      }
    },
    remove(keys) {
      for (const key of keys) remove.run(key);
    },
  };
}
