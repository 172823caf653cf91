/** How long ended instances of each process are kept, and which of them have been kept long enough. */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** A rule; `days` after the end. */
export interface RetentionRule {
  readonly processId: string;
  readonly days: number;
}

/** Queries about retention. */
export interface RetentionRows {
  rules(): RetentionRule[];
  /** Sets or, with null, removes the rule of a process. */
  set(processId: string, days: number | null, at: number, by: string): void;
  /** Root instances of a process that ended before a time, with a key above `after`; by key. */
  endedBefore(processId: string, time: number, after: number, limit: number): Key[];
  /** Ended root instances of versions that were deleted with their history, with a key above `after`; by key. */
  endedOfDeleted(after: number, limit: number): Key[];
}

/** The queries on `connection`. */
export function createRetentionRows(connection: Database): RetentionRows {
  const rules = connection.prepare(
    'select process_id as "processId", days from retention order by process_id',
  );
  const set = connection.prepare(
    `insert into retention (process_id, days, set_at, set_by) values (?, ?, ?, ?)
     on conflict (process_id) do update set days = excluded.days, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
  const remove = connection.prepare('delete from retention where process_id = ?');
  const ended = connection.prepare(
    `select i.key from process_instance i join process_definition d on d.key = i.process_definition_key
     where d.process_id = ? and i.ended_at < ? and i.key > ? and i.parent_process_instance_key is null
     order by i.key limit ?`,
  );
  const endedOfDeleted = connection.prepare(
    `select i.key from deleted_definition gone join process_instance i on i.process_definition_key = gone.key
     where gone.with_history = 1 and i.ended_at is not null and i.key > ? and i.parent_process_instance_key is null
     order by i.key limit ?`,
  );
  return {
    rules: () => rules.all() as RetentionRule[],
    set(processId, days, at, by) {
      if (days === null) remove.run(processId);
      else set.run(processId, days, at, by);
    },
    endedBefore: (processId, time, after, limit) =>
      (ended.all(processId, time, after, limit) as { key: Key }[]).map(({ key }) => key),
    endedOfDeleted: (after, limit) =>
      (endedOfDeleted.all(after, limit) as { key: Key }[]).map(({ key }) => key),
  };
}
