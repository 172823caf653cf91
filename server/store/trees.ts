/** A tree of process instances from the database: its last snapshot, and the journal rows after it. */
import {
  applyEvent,
  createTree,
  isReadableSnapshot,
  restoreTree,
  snapshotTree,
  readJson,
  writeJson,
} from '@countersign/engine';
import type { DefinitionSource, InstanceTree, JsonObject, JsonValue, Key } from '@countersign/engine';
import type { Database } from './database.js';
import type { Journal } from './journal.js';
import { createRevisions } from './postgres/revisions.js';

/** A tree in memory, and what it would take to load it again. */
export interface StoredTree {
  readonly tree: InstanceTree;
  /** Journal rows since the last snapshot, and the characters of their data. */
  rows: number;
  characters: number;
  /** Characters of the last snapshot. */
  snapshotCharacters: number;
}

/** Loads trees and writes snapshots. */
export interface Trees {
  /** Undefined where the journal knows nothing of it. Throws where the journal does not replay. */
  load(rootKey: Key): StoredTree | undefined;
  /** The revisions of those trees that there are; null where no other node can change them. */
  readonly revisions: ((rootKeys: readonly Key[]) => Map<Key, number>) | null;
  /** The keys of the definitions that a tree ran. */
  definitionsOf(rootKey: Key): Key[];
  saveSnapshot(stored: StoredTree): void;
  removeSnapshot(rootKey: Key): void;
}

/** The trees in the database; their definitions have to be in memory. */
export function createTrees(connection: Database, journal: Journal, definitions: DefinitionSource): Trees {
  const select = connection.prepare('select data from snapshot where root_key = ?');
  const save = connection.prepare(
    `insert into snapshot (root_key, revision, data) values (?, ?, ?)
     on conflict (root_key) do update set revision = excluded.revision, data = excluded.data`,
  );
  const remove = connection.prepare('delete from snapshot where root_key = ?');
  const definitionKeys = connection.prepare(
    'select distinct process_definition_key as key from audit where root_key = ? and sequence is not null',
  );

  const readSnapshot = (rootKey: Key): { value: JsonObject; characters: number } | null => {
    const stored = select.get(rootKey) as { data: string } | undefined;
    if (!stored) return null;
    const value = readJson(stored.data) as JsonValue;
    return isReadableSnapshot(value) ? { value, characters: stored.data.length } : null;
  };

  return {
    load(rootKey) {
      const snapshot = readSnapshot(rootKey);
      const tree = snapshot ? restoreTree(snapshot.value, definitions) : createTree(rootKey);
      const { events, characters } = journal.ofTree(rootKey, tree.revision);
      if (!snapshot && events.length === 0) return undefined;
      const expected = tree.revision + events.length;
      for (const event of events) applyEvent(tree, event, definitions);
      if (tree.revision !== expected) {
        throw new Error(`Tree ${rootKey} is at revision ${tree.revision} after ${expected} journal rows`);
      }
      return { tree, rows: events.length, characters, snapshotCharacters: snapshot?.characters ?? 0 };
    },
    revisions: connection.dialect === 'postgres' ? createRevisions(connection) : null,
    definitionsOf: (rootKey) => (definitionKeys.all(rootKey) as { key: Key }[]).map(({ key }) => key),
    saveSnapshot(stored) {
      const data = writeJson(snapshotTree(stored.tree));
      save.run(stored.tree.rootKey, stored.tree.revision, data);
      stored.rows = 0;
      stored.characters = 0;
      stored.snapshotCharacters = data.length;
    },
    removeSnapshot: (rootKey) => {
      remove.run(rootKey);
    },
  };
}

const MIN_ROWS = 200;

/**
 * Whether a snapshot pays: replaying the rows since the last one would cost more than twice what
 * writing the next one does. So a long life costs a constant amount for each row, and a short one nothing.
 */
export function wantsSnapshot(stored: StoredTree): boolean {
  return stored.rows > MIN_ROWS && stored.characters > 2 * stored.snapshotCharacters;
}
