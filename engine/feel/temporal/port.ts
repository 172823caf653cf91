/** Temporal values for rooms outside FEEL: timers need moments and durations. */
import { parseTemporal } from '../builtins/temporal-text.js';
import { addToDateTime, atMidnight, momentOf } from './arithmetic.js';
import { dateOfEpochDays } from './calendar.js';
import { DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration } from './values.js';
import { UTC } from './zone.js';

/** A duration of either kind. */
export type FeelDuration = YearsMonthsDuration | DaysTimeDuration;

/** True for a date. */
export const isDate = (value: unknown): value is FeelDate => value instanceof FeelDate;
/** True for a time. */
export const isTime = (value: unknown): value is FeelTime => value instanceof FeelTime;
/** True for a date and time. */
export const isDateTime = (value: unknown): value is FeelDateTime => value instanceof FeelDateTime;
/** True for a duration of either kind. */
export const isDuration = (value: unknown): value is FeelDuration =>
  value instanceof YearsMonthsDuration || value instanceof DaysTimeDuration;

/** The date, time, date and time or duration of an ISO text (`2024-01-31T10:00:00Z`, `PT5M`); null where it is none. */
export function fromIsoText(text: string): FeelDate | FeelTime | FeelDateTime | FeelDuration | null {
  return parseTemporal(text) as FeelDate | FeelTime | FeelDateTime | FeelDuration | null;
}

/** Epoch milliseconds of a date and time, a date (its midnight) or an ISO text of either; local ones are read as UTC. null for all else. */
export function toEpochMillis(value: unknown): number | null {
  if (typeof value === 'string') return toEpochMillis(fromIsoText(value));
  const at = value instanceof FeelDate ? atMidnight(value) : value;
  if (!(at instanceof FeelDateTime)) return null;
  const moment = momentOf(at);
  const millis = moment.seconds * 1000 + Math.floor(moment.nanos / 1e6);
  return Number.isSafeInteger(millis) ? millis : null;
}

/** Epoch milliseconds a duration after a moment, along the UTC calendar; null outside FEEL's years. */
export function addDuration(epochMs: number, duration: FeelDuration): number | null {
  const days = Math.floor(epochMs / 86_400_000);
  const date = dateOfEpochDays(days);
  const moved =
    date &&
    addToDateTime(new FeelDateTime(date, Math.round((epochMs - days * 86_400_000) * 1e6), UTC), duration);
  return toEpochMillis(moved);
}
