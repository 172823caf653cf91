/**
 * The table `audit`: appending rows, and reading a tree's rows back as engine events.
 *
 * Nobody else appends to a tree while a step runs: a second row with the same root and sequence is
 * refused by the table's unique index, which is the revision check of a commit.
 *
 * Events come and go whole. In between, their content (personal or bulky values) stands in `audit_content`, and
 * persons stand under pseudonyms; where that was erased, events come back with stand-ins.
 */
import { writeJson } from '@countersign/engine';
import type { EngineEvent, JsonObject, Key } from '@countersign/engine';
import { createBulkInsert } from './bulk-insert.js';
import { CONTENT_COLUMNS, createPendingContents, dataOf, sealContent, splitRow } from './contents.js';
import type { StoredData } from './contents.js';
import type { Database, SqlValue } from './database.js';
import type { ServerEvent, Stamp } from './journal-events.js';
import { WITH_WORKER, createPeople, nameWorker, storeWorker } from './people.js';
import type { People } from './people.js';
import { createPositions } from './positions.js';

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
  /** The rows of a tree, in order. */
  rowsOfTree(rootKey: Key): JournalRow[];
  /** The row at a position; undefined where there is none. */
  row(position: number): JournalRow | undefined;
  /** Forgets the names behind pseudonyms: after some were erased. */
  forgetPeople(): void;
  /** Writes the added rows. */
  flush(): void;
  /** Forgets the added rows and the positions taken: after a rollback. */
  reset(): void;
}

interface StoredRow extends StoredData {
  position: number;
  root_key: Key | null;
  process_instance_key: Key | null;
  sequence: number | null;
  at: number;
  actor: string;
  element_id: string | null;
  element_instance_key: Key | null;
  flow_id: string | null;
  process_definition_key: Key | null;
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
  'commitment',
] as const;

const SELECT = `select ${AUDIT_COLUMNS.map((name) => `a.${name}`).join(', ')}, c.content
  from audit a left join audit_content c on c.position = a.position`;

/** The journal on `connection`. */
export function createJournal(connection: Database): Journal {
  const bulk = createBulkInsert(connection, 'audit', AUDIT_COLUMNS);
  const ofTree = connection.prepare(`${SELECT} where a.root_key = ? and a.sequence > ? order by a.sequence`);
  const all = connection.prepare(`${SELECT} where a.position > ? order by a.position`);
  const times = createBulkInsert(connection, 'audit_time', ['position', 'at']);
  const one = connection.prepare(`${SELECT} where a.position = ?`);
  const contents = createPendingContents(connection);
  const people = createPeople(connection);
  const positions = createPositions(connection);
  let added: SqlValue[] = [];
  /** Positions from which on rows have another time, each with that time; and the last such time. */
  let newTimes: SqlValue[] = [];
  let time: number | null = null;

  const flush = (): void => {
    if (added.length === 0) return;
    const values = added;
    positions.settle([
      { values, width: AUDIT_COLUMNS.length },
      { values: newTimes, width: 2 },
      { values: contents.values(), width: CONTENT_COLUMNS.length },
    ]);
    added = [];
    bulk.insert(values);
    times.insert(newTimes);
    newTimes = [];
    contents.flush();
  };
  const reset = (): void => {
    added = [];
    newTimes = [];
    time = null;
    contents.clear();
    people.reset();
    positions.reset();
  };

  return {
    append(event, stamp, sequence) {
      const { data, content } = splitRow(event.type, event.data as unknown as JsonObject);
      const text = writeJson(WITH_WORKER.has(event.type) ? storeWorker(data, people) : data);
      const position = positions.next();
      if (stamp.at !== time) {
        time = stamp.at;
        newTimes.push(position, time);
      }
      let characters = text.length;
      let commitment: string | null = null;
      if (content !== null) {
        const sealed = sealContent(content);
        contents.add(position, sealed);
        ({ commitment } = sealed);
        characters += sealed.text.length;
      }
      added.push(
        position,
        stamp.rootKey,
        event.processInstanceKey,
        sequence,
        stamp.at,
        people.storedActor(stamp.actor),
        event.type,
        event.elementId,
        event.elementInstanceKey,
        event.flowId,
        event.processDefinitionKey,
        text,
        commitment,
      );
      return characters;
    },
    ofTree(rootKey, sequence) {
      flush();
      let characters = 0;
      const events = (ofTree.all(rootKey, sequence) as StoredRow[]).map((row) => {
        characters += row.data.length + (row.content?.length ?? 0);
        return eventOf(row, people) as EngineEvent;
      });
      return { events, characters };
    },
    *rows(after) {
      for (const row of all.iterate(after)) yield journalRow(row as StoredRow, people);
    },
    rowsOfTree: (rootKey) => (ofTree.all(rootKey, 0) as StoredRow[]).map((row) => journalRow(row, people)),
    row(position) {
      const row = one.get(position) as StoredRow | undefined;
      return row && journalRow(row, people);
    },
    forgetPeople: people.reset,
    flush,
    reset,
  };
}

function journalRow(row: StoredRow, people: People): JournalRow {
  const { position, root_key: rootKey, sequence, at } = row;
  const actor = people.actorOf(row.actor);
  return { position, rootKey, sequence, at, actor, event: eventOf(row, people) };
}

/** The event as it was appended: nothing but our own code writes the table, so its shape is known. */
function eventOf(row: StoredRow, people: People): EngineEvent | ServerEvent {
  const data = dataOf(row);
  const event = {
    type: row.type,
    processInstanceKey: row.process_instance_key,
    processDefinitionKey: row.process_definition_key,
    elementId: row.element_id,
    elementInstanceKey: row.element_instance_key,
    flowId: row.flow_id,
    data: WITH_WORKER.has(row.type) ? nameWorker(data, people.actorOf) : data,
  };
  return event as unknown as EngineEvent | ServerEvent;
}
