/**
 * The table `audit`: appending rows, and reading a tree's rows back as engine events.
 *
 * Nobody else appends to a tree while a step runs: a second row with the same root and sequence is
 * refused by the table's unique index, which is the revision check of a commit.
 */
import type { EngineEvent, JsonObject, Key } from '@countersign/engine';
import { createBulkInsert } from './bulk-insert.js';
import type { Database, SqlValue } from './database.js';
import type { ServerEvent, Stamp } from './journal-events.js';
import { createPositions } from './positions.js';
import type { Positions } from './positions.js';

/** A row of the journal as it is read back. */
export interface JournalRow {
  readonly position: number;
  readonly rootKey: Key | null;
  readonly sequence: number | null;
  readonly at: number;
  readonly actor: string;
  readonly event: EngineEvent | ServerEvent;
}

/** Appends to the journal and reads it. */
export interface Journal {
  /**
   * Adds a row, written by the next flush; `sequence` is its place in the tree, null where there is no tree.
   * Answers the size of its data in characters.
   */
  append(event: EngineEvent | ServerEvent, stamp: Stamp, sequence: number | null): number;
  /** The engine events of a tree after `sequence`, in order, with the characters of their data. */
  ofTree(rootKey: Key, sequence: number): { events: EngineEvent[]; characters: number };
  /** Every row after `position`, in order. */
  rows(position: number): IterableIterator<JournalRow>;
  /** Writes the added rows. */
  flush(): void;
  /** Forgets the added rows and the positions taken: after a rollback. */
  reset(): void;
}

interface StoredRow {
  position: number;
  root_key: Key | null;
  process_instance_key: Key | null;
  sequence: number | null;
  at: number;
  actor: string;
  type: string;
  element_id: string | null;
  element_instance_key: Key | null;
  flow_id: string | null;
  process_definition_key: Key | null;
  data: string;
}

/** The columns of `audit`, in the order they are written. */
export const AUDIT_COLUMNS = [
  'position',
  'root_key',
  'process_instance_key',
  'sequence',
  'at',
  'actor',
  'type',
  'element_id',
  'element_instance_key',
  'flow_id',
  'process_definition_key',
  'data',
] as const;

const COLUMNS = AUDIT_COLUMNS.join(', ');

/** The journal on `connection`; `positions` numbers what is appended. */
export function createJournal(
  connection: Database,
  positions: Positions = createPositions(connection),
): Journal {
  const bulk = createBulkInsert(connection, 'audit', AUDIT_COLUMNS);
  const ofTree = connection.prepare(
    `select ${COLUMNS} from audit where root_key = ? and sequence > ? order by sequence`,
  );
  const all = connection.prepare(`select ${COLUMNS} from audit where position > ? order by position`);
  let added: SqlValue[] = [];

  const flush = (): void => {
    if (added.length === 0) return;
    const values = added;
    added = [];
    bulk.insert(values);
  };
  const reset = (): void => {
    added = [];
    positions.reset();
  };

  return {
    append(event, stamp, sequence) {
      const data = JSON.stringify(event.data);
      added.push(
        positions.next(),
        stamp.rootKey,
        event.processInstanceKey,
        sequence,
        stamp.at,
        stamp.actor,
        event.type,
        event.elementId,
        event.elementInstanceKey,
        event.flowId,
        event.processDefinitionKey,
        data,
      );
      return data.length;
    },
    ofTree(rootKey, sequence) {
      flush();
      let characters = 0;
      const events = (ofTree.all(rootKey, sequence) as StoredRow[]).map((row) => {
        characters += row.data.length;
        return eventOf(row) as EngineEvent;
      });
      return { events, characters };
    },
    *rows(after) {
      for (const row of all.iterate(after)) yield journalRow(row as StoredRow);
    },
    flush,
    reset,
  };
}

function journalRow(row: StoredRow): JournalRow {
  const { position, root_key: rootKey, sequence, at, actor } = row;
  return { position, rootKey, sequence, at, actor, event: eventOf(row) };
}

/** The event as it was appended: nothing but our own code writes the table, so its shape is known. */
function eventOf(row: StoredRow): EngineEvent | ServerEvent {
  const event = {
    type: row.type,
    processInstanceKey: row.process_instance_key,
    processDefinitionKey: row.process_definition_key,
    elementId: row.element_id,
    elementInstanceKey: row.element_instance_key,
    flowId: row.flow_id,
    data: JSON.parse(row.data) as JsonObject,
  };
  return event as unknown as EngineEvent | ServerEvent;
}
