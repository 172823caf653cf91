/** Timers that are due. Reads what is flushed. */
import type { Key } from '@countersign/engine';
import { isReadable, isUnreadable } from './readable.js';
import type { Database } from './database.js';

/** A timer whose time has come; `rootKey` null is a start event's. */
export interface DueTimer {
  readonly key: Key;
  readonly rootKey: Key | null;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
  readonly dueAt: number;
  readonly repetitions: number;
  readonly interval: string | null;
}

/** Queries about timers. */
export interface TimerRows {
  /** Timers due at `now`, the longest overdue first; not those that another node is triggering. */
  due(now: number, limit: number): DueTimer[];
  /** When the next timer is due; null where none waits. */
  nextDue(): number | null;
  /** How many bear a time that cannot be read: they never fire, and keep no other from firing. */
  countUnreadable(): number;
}

/** Whether the time of a timer can be read. */
const READABLE = isReadable('due_at');

/** The queries on `connection`; both walk the index on `due_at` from its start. */
export function createTimerRows(connection: Database): TimerRows {
  const mine = connection.dialect === 'postgres' ? 'for update skip locked' : '';
  const due = connection.prepare(
    `select key, root_key as rootKey, process_definition_key as processDefinitionKey, element_id as elementId,
       due_at as dueAt, repetitions, interval from timer where due_at <= ? and ${READABLE} order by due_at limit ? ${mine}`,
  );
  const next = connection.prepare(`select min(due_at) as at from timer where ${READABLE}`);
  const unreadable = connection.prepare(
    `select count(*) as count from timer where ${isUnreadable('due_at')}`,
  );
  return {
    due: (now, limit) => due.all(now, limit) as DueTimer[],
    nextDue: () => (next.get() as { at: number | null }).at,
    countUnreadable: () => (unreadable.get() as { count: number }).count,
  };
}
