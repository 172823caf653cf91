/** Reads and writes legal holds: instances that must not be deleted, nor their contents erased. */
import type { Key } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Database } from '../database.js';

/** A hold on all instances of a process, or on one tree of instances. */
export interface LegalHold {
  readonly key: Key;
  readonly processId: string | null;
  readonly rootKey: Key | null;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: number;
  readonly liftedBy: string | null;
  readonly liftedAt: number | null;
}

interface HoldRow {
  key: number | string;
  process_id: string | null;
  root_key: number | string | null;
  reason: string;
  set_by: string;
  set_at: number | string;
  lifted_by: string | null;
  lifted_at: number | string | null;
}

function toHold(row: HoldRow): LegalHold {
  return {
    key: Number(row.key) as Key,
    processId: row.process_id,
    rootKey: row.root_key === null ? null : (Number(row.root_key) as Key),
    reason: row.reason,
    setBy: row.set_by,
    setAt: Number(row.set_at),
    liftedBy: row.lifted_by,
    liftedAt: row.lifted_at === null ? null : Number(row.lifted_at),
  };
}

/** All holds, the newest first. */
export async function findHolds(knex: Knex): Promise<LegalHold[]> {
  const rows = await knex('legal_hold').orderBy('key', 'desc').select<HoldRow[]>();
  return rows.map(toHold);
}

/** Holds inside of transactions. */
export interface HoldRows {
  insert(hold: LegalHold): void;
  get(key: Key): LegalHold | undefined;
  lift(key: Key, by: string, at: number): void;
  /**
   * The hold that a tree is under, by its root's process and key: one on it, or on any process that ran in it; undefined
   * where there is none.
   */
  on(processId: string, rootKey: Key): LegalHold | undefined;
  /** Whether anything of an instance is about AI: a model was called in it. */
  hasModelCalls(rootKey: Key): boolean;
}

/** The holds on `connection`. */
export function createHoldRows(connection: Database): HoldRows {
  const insert = connection.prepare(
    'insert into legal_hold (key, process_id, root_key, reason, set_by, set_at) values (?, ?, ?, ?, ?, ?)',
  );
  const get = connection.prepare('select * from legal_hold where key = ?');
  const lift = connection.prepare('update legal_hold set lifted_by = ?, lifted_at = ? where key = ?');
  // The journal knows every process that ran in the tree: those that were called, and those before a migration.
  const on = connection.prepare(
    `select * from legal_hold where lifted_at is null and (process_id = ? or root_key = ? or process_id in (
       select process_id from process_definition where key in (
         select process_definition_key from audit where root_key = ?))) order by key limit 1`,
  );
  const calls = connection.prepare(
    `select 1 as found from audit where root_key = ? and type = 'model call started' limit 1`,
  );
  const read = (row: unknown): LegalHold | undefined =>
    row === undefined ? undefined : toHold(row as HoldRow);
  return {
    insert({ key, processId, rootKey, reason, setBy, setAt }) {
      insert.run(key, processId, rootKey, reason, setBy, setAt);
    },
    get: (key) => read(get.get(key)),
    lift(key, by, at) {
      lift.run(by, at, key);
    },
    on: (processId, rootKey) => read(on.get(processId, rootKey, rootKey)),
    hasModelCalls: (rootKey) => calls.get(rootKey) !== undefined,
  };
}
