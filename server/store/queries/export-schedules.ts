/** Reads and writes the schedules of exports. Times are milliseconds since the epoch. */
import { readJson, writeJson } from '@countersign/engine';
import type { JsonObject, Key, TimerSchedule } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Database } from '../database.js';

/** Which time each run takes: the one before it. */
export type SchedulePeriod = 'day' | 'week' | 'month';

/** A schedule as it is stored. */
export interface ExportSchedule {
  readonly key: Key;
  readonly name: string;
  /** A repeating interval of ISO 8601, or a cron expression. */
  readonly cycle: string;
  /** The filter as a query of the API. */
  readonly filter: JsonObject;
  /** Each run takes the whole period before it; null where the filter alone says what. */
  readonly period: SchedulePeriod | null;
  readonly format: string;
  readonly report: string | null;
  /** Below the folder of all exports; empty for that folder itself. */
  readonly folder: string;
  readonly setBy: string;
  readonly setAt: number;
  readonly isPaused: boolean;
  /** The occurrence that runs next, and what comes after it; null where none is left. */
  readonly next: TimerSchedule | null;
  /** When it is tried: its time, or later where it failed before. */
  readonly tryAt: number | null;
  /** Failures of the occurrence so far. */
  readonly attempts: number;
  readonly last: LastRun | null;
}

/** How the last run ended. */
export interface LastRun {
  readonly at: number;
  readonly outcome: 'complete' | 'failed';
  /** The file below the folder of all exports. */
  readonly file: string | null;
  readonly error: string | null;
}

interface Row {
  key: number | string;
  name: string;
  cycle: string;
  filter: string;
  period: SchedulePeriod | null;
  format: string;
  report: string | null;
  folder: string;
  set_by: string;
  set_at: number | string;
  paused: number | string;
  due_at: number | string | null;
  repetitions: number | string;
  cycle_interval: string | null;
  try_at: number | string | null;
  attempts: number | string;
  last_at: number | string | null;
  last_outcome: LastRun['outcome'] | null;
  last_file: string | null;
  last_error: string | null;
}

function toSchedule(row: Row): ExportSchedule {
  const { name, cycle, period, format, report, folder } = row;
  const last = row.last_at !== null && row.last_outcome !== null;
  return {
    key: Number(row.key) as Key,
    ...{ name, cycle, period, format, report, folder },
    filter: readJson(row.filter) as JsonObject,
    setBy: row.set_by,
    setAt: Number(row.set_at),
    isPaused: Number(row.paused) === 1,
    next:
      row.due_at === null
        ? null
        : {
            dueAt: Number(row.due_at),
            repetitions: Number(row.repetitions),
            interval: row.cycle_interval,
          },
    tryAt: row.try_at === null ? null : Number(row.try_at),
    attempts: Number(row.attempts),
    last: last
      ? {
          at: Number(row.last_at),
          outcome: row.last_outcome as LastRun['outcome'],
          file: row.last_file,
          error: row.last_error,
        }
      : null,
  };
}

/** All schedules, the oldest first. */
export async function findExportSchedules(knex: Knex): Promise<ExportSchedule[]> {
  return (await knex('export_schedule').orderBy('key').select<Row[]>()).map(toSchedule);
}

/** The schedule of a key. */
export async function findExportSchedule(knex: Knex, key: Key): Promise<ExportSchedule | undefined> {
  const row = await knex('export_schedule').where({ key }).first<Row | undefined>();
  return row && toSchedule(row);
}

/** Schedules that are to be tried by `now`, the longest waiting first. */
export async function findDueSchedules(knex: Knex, now: number): Promise<ExportSchedule[]> {
  const rows = await knex('export_schedule')
    .where('paused', 0)
    .where('try_at', '<=', now)
    .orderBy('try_at')
    .select<Row[]>();
  return rows.map(toSchedule);
}

/** What changes of a schedule when a run of it ends, or when it goes on after a pause. */
export interface ScheduleProgress {
  readonly next: TimerSchedule | null;
  readonly tryAt: number | null;
  readonly attempts: number;
}

/** Schedules inside of transactions. */
export interface ExportScheduleRows {
  insert(schedule: ExportSchedule): void;
  setPaused(key: Key, isPaused: boolean): void;
  setProgress(key: Key, progress: ScheduleProgress): void;
  setLast(key: Key, last: LastRun): void;
  remove(key: Key): void;
}

/** The schedules on `connection`. */
export function createExportScheduleRows(connection: Database): ExportScheduleRows {
  const insert = connection.prepare(
    `insert into export_schedule (key, name, cycle, filter, period, format, report, folder, set_by, set_at, paused,
       due_at, repetitions, cycle_interval, try_at, attempts) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, 0)`,
  );
  const paused = connection.prepare('update export_schedule set paused = ? where key = ?');
  const progress = connection.prepare(
    `update export_schedule set due_at = ?, repetitions = ?, cycle_interval = ?, try_at = ?, attempts = ? where key = ?`,
  );
  const last = connection.prepare(
    `update export_schedule set last_at = ?, last_outcome = ?, last_file = ?, last_error = ? where key = ?`,
  );
  const remove = connection.prepare('delete from export_schedule where key = ?');
  return {
    insert({ key, name, cycle, filter, period, format, report, folder, setBy, setAt, next, tryAt }) {
      const what = [name, cycle, writeJson(filter), period, format, report, folder] as const;
      const when = [next?.dueAt ?? null, next?.repetitions ?? 0, next?.interval ?? null, tryAt] as const;
      insert.run(key, ...what, setBy, setAt, ...when);
    },
    setPaused(key, isPaused) {
      paused.run(isPaused ? 1 : 0, key);
    },
    setProgress(key, { next, tryAt, attempts }) {
      progress.run(next?.dueAt ?? null, next?.repetitions ?? 0, next?.interval ?? null, tryAt, attempts, key);
    },
    setLast(key, { at, outcome, file, error }) {
      last.run(at, outcome, file, error, key);
    },
    remove(key) {
      remove.run(key);
    },
  };
}
