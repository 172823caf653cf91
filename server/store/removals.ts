/** Removing everything that the tables hold of a tree of process instances. The rows of `audit` stay. */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** Removes trees at once, after whatever was pending. */
export interface Removals {
  removeTree(rootKey: Key): void;
  /** Nothing is ever pending here; a batch asks all of its tables. */
  flush(): void;
  clear(): void;
}

/** Tables with a row for each thing in an instance, all of them indexed by it. */
const OF_INSTANCE = [
  'element_instance',
  'variable',
  'job',
  'user_task',
  'incident',
  'decision_instance',
  'message_subscription',
] as const;

/** The removals on `connection`; `flushOthers` writes what other tables have pending. */
export function createRemovals(connection: Database, flushOthers: () => void): Removals {
  const called = connection.prepare('select key from process_instance where parent_process_instance_key = ?');
  const deletions = [
    // Before the tasks by which they are found.
    'delete from user_task_candidate where key in (select key from user_task where process_instance_key = ?)',
    ...OF_INSTANCE.map((table) => `delete from ${table} where process_instance_key = ?`),
  ].map((sql) => connection.prepare(sql));
  const ofKey = ['process_instance', 'migrated_instance', 'held'].map((table) =>
    connection.prepare(`delete from ${table} where key = ?`),
  );
  const snapshot = connection.prepare('delete from snapshot where root_key = ?');
  const contents = connection.prepare(
    'delete from audit_content where position in (select position from audit where root_key = ?)',
  );
  return {
    removeTree(rootKey) {
      flushOthers();
      const keys: Key[] = [rootKey];
      for (let next = 0; next < keys.length; next += 1) {
        keys.push(...(called.all(keys[next]) as { key: Key }[]).map(({ key }) => key));
      }
      for (const key of keys) for (const statement of [...deletions, ...ofKey]) statement.run(key);
      snapshot.run(rootKey);
      contents.run(rootKey);
    },
    flush: () => undefined,
    clear: () => undefined,
  };
}
