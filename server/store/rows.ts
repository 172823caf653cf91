/**
 * The rows of one projection table that a batch changes. Changes of one row are gathered and written
 * once: an element instance that was activated and completed in a batch is one insert of its last state.
 */
import type { Key } from '@countersign/engine';
import { createBulkInsert } from './bulk-insert.js';
import { createBulkChange } from './bulk-change.js';
import type { Database, SqlValue } from './database.js';

/** A row of a projection table: its columns by name, `key` among them. */
export type Row = { readonly key: Key } & { readonly [column: string]: SqlValue };

/** Pending changes of one table, and reading through them. */
export interface Rows<R extends Row> {
  insert(row: R): void;
  /** Changes columns of a row that exists. */
  update(key: Key, changes: Partial<R>): void;
  remove(key: Key): void;
  /** The row as the batch sees it: with its pending changes. */
  get(key: Key): R | undefined;
  /** Writes the pending changes. */
  flush(): void;
  /** Forgets the pending changes. */
  clear(): void;
}

/** The rows of `table`; `columns` are all of its columns, in the order they are written. */
export function createRows<R extends Row>(
  connection: Database,
  table: string,
  columns: readonly (keyof R & string)[],
): Rows<R> {
  const inserted = new Map<Key, R>();
  const changed = new Map<Key, Partial<R>>();
  const removed = new Set<Key>();
  const bulk = createBulkInsert(connection, table, columns);
  const bulkChange = createBulkChange(connection, table);
  const select = connection.prepare(`select ${columns.join(', ')} from ${table} where key = ?`);

  const clear = (): void => {
    inserted.clear();
    changed.clear();
    removed.clear();
  };

  return {
    insert(row) {
      // One that was removed in this batch still stands in the table.
      if (removed.delete(row.key)) changed.set(row.key, { ...row });
      else inserted.set(row.key, row);
    },
    update(key, changes) {
      const pending = inserted.get(key) ?? changed.get(key);
      if (pending) Object.assign(pending, changes);
      else changed.set(key, { ...changes });
    },
    remove(key) {
      changed.delete(key);
      if (!inserted.delete(key)) removed.add(key);
    },
    get(key) {
      const pending = inserted.get(key);
      if (pending) return { ...pending };
      if (removed.has(key)) return undefined;
      const stored = select.get(key) as R | undefined;
      return stored && { ...stored, ...changed.get(key) };
    },
    flush() {
      if (inserted.size > 0) {
        const values: SqlValue[] = [];
        for (const row of inserted.values()) for (const column of columns) values.push(row[column]);
        bulk.insert(values);
      }
      if (changed.size > 0)
        bulkChange.update(changed as ReadonlyMap<Key, Readonly<Record<string, SqlValue>>>);
      if (removed.size > 0) bulkChange.remove(removed);
      clear();
    },
    clear,
  };
}
