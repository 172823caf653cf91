/** Where a tree of process instances stood at a position of the journal: which of its rows count. */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** The last row of a tree at or before a position. */
export interface TreeRow {
  readonly position: number;
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Queries about the past of trees. They read the journal alone, so that they also know what was deleted since. */
export interface TreeHistory {
  /** The root of a process instance; undefined where the journal has none of that key. */
  rootOf(processInstanceKey: Key): Key | undefined;
  /** The tree's last row at or before `position`; undefined where it had not begun. */
  rowAt(rootKey: Key, position: number): TreeRow | undefined;
  /** The tree's last row at or before a time in milliseconds since the epoch. */
  rowAtTime(rootKey: Key, time: number): TreeRow | undefined;
  /** Every version of a process that instances of the tree ran. */
  definitionsOf(rootKey: Key): Key[];
}

/** The queries on `connection`. */
export function createTreeHistory(connection: Database): TreeHistory {
  const projected = connection.prepare('select root_key as key from process_instance where key = ?');
  const journalled = connection.prepare(
    'select root_key as key from audit where process_instance_key = ? and root_key is not null limit 1',
  );
  const last = (condition: string) =>
    connection.prepare(
      `select position, sequence, at from audit where root_key = ? and ${condition} order by sequence desc limit 1`,
    );
  const atPosition = last('position <= ?');
  const atTime = last('at <= ?');
  const definitions = connection.prepare(
    `select distinct process_definition_key as key from audit
     where root_key = ? and process_definition_key is not null order by process_definition_key`,
  );
  return {
    rootOf: (key) => ((projected.get(key) ?? journalled.get(key)) as { readonly key: Key } | undefined)?.key,
    rowAt: (rootKey, position) => atPosition.get(rootKey, position) as TreeRow | undefined,
    rowAtTime: (rootKey, time) => atTime.get(rootKey, time) as TreeRow | undefined,
    definitionsOf: (rootKey) => (definitions.all(rootKey) as { key: Key }[]).map(({ key }) => key),
  };
}
