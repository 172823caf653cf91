/** The periods that scheduled exports take: the day, week or month before a moment, in UTC; weeks begin on Monday. */

import type { SchedulePeriod } from '../../store/queries/export-schedules.js';

/** The names of the periods. */
export const PERIODS = ['day', 'week', 'month'] as const satisfies readonly SchedulePeriod[];

/** One of `PERIODS`. */
export type Period = SchedulePeriod;

/** Milliseconds since the epoch; `to` is not in it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The whole period that ended last before or at `at`. */
export function periodBefore(period: Period, at: number): Span {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (period === 'month') return { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) };
  if (period === 'day') return { from: Date.UTC(year, month, day - 1), to: Date.UTC(year, month, day) };
  const monday = day - ((date.getUTCDay() + 6) % 7);
  return { from: Date.UTC(year, month, monday - 7), to: Date.UTC(year, month, monday) };
}
