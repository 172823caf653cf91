/** Exports of the audit trail that the server makes by itself. */
import { request } from './request.js';

/** How the last run of a schedule ended. */
export interface ScheduleRun {
  at: string;
  outcome: 'complete' | 'failed';
  /** The file below the export folder of the server. */
  file: string | null;
  error: string | null;
}

/** A schedule. */
export interface ExportSchedule {
  scheduleKey: string;
  name: string;
  cycle: string;
  period: 'day' | 'week' | 'month' | null;
  format: string;
  report: string | null;
  folder: string;
  filter: Record<string, unknown>;
  setBy: string;
  isPaused: boolean;
  /** Its next occurrence; null where none is left. */
  nextAt: string | null;
  /** When it is tried; later than the occurrence where that failed. */
  tryAt: string | null;
  failures: number;
  last: ScheduleRun | null;
}

/** What a new schedule says. */
export interface NewSchedule {
  name: string;
  cycle: string;
  period: string | null;
  format: string;
  report: string | null;
  folder: string;
  filter: { processDefinitionId?: string };
}

const PATH = '/api/audit/schedules';

/** All schedules; `isAvailable` is false where the server has no folder to export into. */
export function exportSchedules(
  signal?: AbortSignal,
): Promise<{ items: ExportSchedule[]; isAvailable: boolean }> {
  return request(PATH, { signal });
}

/** Sets one up. */
export function createSchedule(body: NewSchedule): Promise<ExportSchedule> {
  return request(PATH, { method: 'POST', body });
}

/** Has one rest, or go on. */
export function pauseSchedule(key: string, isPaused: boolean): Promise<void> {
  return request(`${PATH}/${key}/${isPaused ? 'pause' : 'resumption'}`, { method: 'POST' });
}

/** Makes an export of one now; answers how it ended. */
export function runSchedule(key: string): Promise<ScheduleRun> {
  return request(`${PATH}/${key}/run`, { method: 'POST' });
}

/** Removes one; its files stay. */
export function removeSchedule(key: string): Promise<void> {
  return request(`${PATH}/${key}`, { method: 'DELETE' });
}
