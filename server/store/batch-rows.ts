/** Batch operations and their items. Read and written inside batches, so that an item is done and noted in one commit. */
import { readJson, writeJson } from '@countersign/engine';
import type { Actor, JsonObject, Key } from '@countersign/engine';
import type { Database } from './database.js';

/** Everything that can be done to many process instances. */
export const BATCH_TYPES = [
  'CANCEL_PROCESS_INSTANCE',
  'MIGRATE_PROCESS_INSTANCE',
  'MODIFY_PROCESS_INSTANCE',
  'RESOLVE_INCIDENT',
  'DELETE_PROCESS_INSTANCE',
  'UPDATE_VARIABLE',
  'SUSPEND_PROCESS_INSTANCE',
  'RESUME_PROCESS_INSTANCE',
] as const;

/** What a batch operation does to each of its process instances. */
export type BatchType = (typeof BATCH_TYPES)[number];

/** CREATED while its instances are being looked for, ACTIVE while it works on them; the others are at rest. */
export type BatchState =
  'CREATED' | 'ACTIVE' | 'SUSPENDED' | 'COMPLETED' | 'PARTIALLY_COMPLETED' | 'FAILED' | 'CANCELED';

/** A batch operation as it stands. Times are milliseconds since the epoch. */
export interface BatchRow {
  readonly key: Key;
  readonly type: BatchType;
  readonly state: BatchState;
  readonly actor: Actor;
  readonly filter: JsonObject;
  readonly plan: JsonObject;
  /** Instances with a higher key were created after it. */
  readonly lastKey: Key;
  readonly startedAt: number | null;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One process instance of a batch operation. */
export interface BatchItem {
  readonly key: Key;
  readonly processInstanceKey: Key;
  readonly rootKey: Key;
}

/** How an item ended. `failure` is the class of a failure, such as INVALID_STATE or DEFECT. */
export interface ItemOutcome {
  readonly state: 'COMPLETED' | 'FAILED' | 'SKIPPED';
  readonly failure: string | null;
  readonly message: string | null;
}

/** Columns of a batch operation that change. */
export type BatchChanges = Partial<
  Record<'total' | 'completed' | 'failed' | 'skipped', number> & {
    state: BatchState;
    started_at: number;
    ended_at: number | null;
    error: string;
  }
>;

/** The queries. */
export interface BatchRows {
  insert(row: BatchRow, at: number): void;
  find(key: Key): BatchRow | undefined;
  /** The oldest one that has something to do. */
  nextOpen(): BatchRow | undefined;
  update(key: Key, changes: BatchChanges): void;
  addItems(batchKey: Key, items: readonly BatchItem[]): void;
  /** The highest process instance key among its items; 0 where it has none. */
  lastItem(batchKey: Key): Key;
  openItems(batchKey: Key, limit: number): BatchItem[];
  settle(itemKey: Key, outcome: ItemOutcome, at: number): void;
  cancelOpen(batchKey: Key, at: number): void;
  /** Active incidents of a process instance and of all it called, oldest first. */
  incidentsOf(processInstanceKey: Key): Key[];
}

interface StoredBatch extends Omit<BatchRow, 'filter' | 'plan'> {
  readonly filter: string;
  readonly plan: string;
}

/** The queries on `connection`. */
export function createBatchRows(connection: Database): BatchRows {
  const select = `select key, type, state, actor, filter, plan, last_key as "lastKey", started_at as "startedAt",
    total, completed, failed, skipped from batch_operation`;
  const find = connection.prepare(`${select} where key = ?`);
  const open = connection.prepare(`${select} where state in ('CREATED', 'ACTIVE') order by key limit 1`);
  const insert = connection.prepare(
    `insert into batch_operation (key, type, state, actor, filter, plan, last_key, created_at, started_at, ended_at,
       total, completed, failed, skipped, error) values (?, ?, ?, ?, ?, ?, ?, ?, null, null, 0, 0, 0, 0, null)`,
  );
  const addItem = connection.prepare(
    `insert into batch_operation_item (key, batch_operation_key, process_instance_key, root_key, state)
     values (?, ?, ?, ?, 'ACTIVE')`,
  );
  const last = connection.prepare(
    'select coalesce(max(process_instance_key), 0) as key from batch_operation_item where batch_operation_key = ?',
  );
  const items = connection.prepare(
    `select key, process_instance_key as "processInstanceKey", root_key as "rootKey" from batch_operation_item
     where batch_operation_key = ? and state = 'ACTIVE' order by key limit ?`,
  );
  const settle = connection.prepare(
    'update batch_operation_item set state = ?, failure = ?, error_message = ?, processed_at = ? where key = ?',
  );
  const cancel = connection.prepare(
    `update batch_operation_item set state = 'CANCELED', processed_at = ? where batch_operation_key = ? and state = 'ACTIVE'`,
  );
  const incidents = connection.prepare(
    `with recursive below(key) as (
       select key from process_instance where key = ?
       union all select pi.key from process_instance as pi join below on pi.parent_process_instance_key = below.key
     ) select i.key from incident as i join below on below.key = i.process_instance_key
     where i.state = 'ACTIVE' order by i.key`,
  );
  const read = (row: unknown): BatchRow | undefined => {
    const stored = row as StoredBatch | undefined;
    return (
      stored && {
        ...stored,
        filter: readJson(stored.filter) as JsonObject,
        plan: readJson(stored.plan) as JsonObject,
      }
    );
  };
  return {
    insert({ key, type, state, actor, filter, plan, lastKey }, at) {
      insert.run(key, type, state, actor, writeJson(filter), writeJson(plan), lastKey, at);
    },
    find: (key) => read(find.get(key)),
    nextOpen: () => read(open.get()),
    update(key, changes) {
      const names = Object.keys(changes);
      const sql = `update batch_operation set ${names.map((name) => `${name} = ?`).join(', ')} where key = ?`;
      connection.prepare(sql).run(...Object.values<string | number | null>(changes), key);
    },
    addItems(batchKey, added) {
      for (const { key, processInstanceKey, rootKey } of added) {
        addItem.run(key, batchKey, processInstanceKey, rootKey);
      }
    },
    lastItem: (batchKey) => (last.get(batchKey) as { key: Key }).key,
    openItems: (batchKey, limit) => items.all(batchKey, limit) as BatchItem[],
    settle(itemKey, { state, failure, message }, at) {
      settle.run(state, failure, message, at, itemKey);
    },
    cancelOpen(batchKey, at) {
      cancel.run(at, batchKey);
    },
    incidentsOf: (key) => (incidents.all(key) as { key: Key }[]).map(({ key: incident }) => incident),
  };
}
