/**
 * Timer values (BPMN 2.0.2 §10.5.5, Table 10.101): ISO 8601 dates, durations and repeating intervals,
 * all reckoned in UTC.
 */
import { Temporal } from 'temporal-polyfill';

/** When a timer fires, in milliseconds since the epoch. */
export interface TimerSchedule {
  readonly dueAt: number;
  /** Repetitions left after the first; -1 for ever. */
  readonly repetitions: number;
  /** ISO 8601 duration from one repetition to the next; null when it fires once. */
  readonly interval: string | null;
}

const CYCLE = /^R(|-1|[0-9]+)\/(?:([^/]+)\/)?(P[^/]+)$/;

/** Reads a timer value as it stands at `now`; null where the text is not valid for its kind. */
export function scheduleTimer(
  timer: 'date' | 'duration' | 'cycle',
  value: string,
  now: number,
): TimerSchedule | null {
  if (timer === 'date') return once(parseDate(value));
  if (timer === 'duration') return once(addDuration(value, now));
  const cycle = CYCLE.exec(value);
  if (!cycle) return null;
  const [, count, start, interval] = cycle as unknown as [string, string, string | undefined, string];
  const times = count === '' || count === '-1' ? -1 : Number(count);
  const first = start === undefined ? addDuration(interval, now) : parseDate(start);
  const pause = addDuration(interval, 0);
  if (first === null || times === 0 || pause === null || pause === 0) return null;
  return { dueAt: first, repetitions: times === -1 ? -1 : times - 1, interval };
}

/** The repetition after the one that was due at `dueAt`: no drift, however late it fired. */
export function nextOccurrence(schedule: TimerSchedule): TimerSchedule | null {
  if (schedule.interval === null || schedule.repetitions === 0) return null;
  const dueAt = addDuration(schedule.interval, schedule.dueAt);
  if (dueAt === null) return null;
  const repetitions = schedule.repetitions === -1 ? -1 : schedule.repetitions - 1;
  return { dueAt, repetitions, interval: schedule.interval };
}

/** Whether a fixed text is a valid value for its kind of timer. */
export function isFixedTimer(timer: 'date' | 'duration' | 'cycle', value: string): boolean {
  return scheduleTimer(timer, value, 0) !== null;
}

function once(dueAt: number | null): TimerSchedule | null {
  return dueAt === null ? null : { dueAt, repetitions: 0, interval: null };
}

/** Milliseconds of a date and time; one without a zone is taken as UTC. */
function parseDate(value: string): number | null {
  try {
    if (/T.*(?:Z|[+-][0-9]{2}(?::?[0-9]{2}){0,2})$/i.test(value)) return Temporal.Instant.from(value).epochMilliseconds;
    if (value.endsWith(']')) return Temporal.ZonedDateTime.from(value).epochMilliseconds;
    return Temporal.PlainDateTime.from(value.replace(/@.*$/, '')).toZonedDateTime(zoneOf(value)).epochMilliseconds;
  } catch {
    return null;
  }
}

/** FEEL writes a zone as `2030-01-31T09:00:00@Europe/Paris`. */
function zoneOf(value: string): string {
  const at = value.indexOf('@');
  return at < 0 ? 'UTC' : value.slice(at + 1);
}

/** A positive duration after a moment; null where it is not valid or negative. */
function addDuration(value: string, from: number): number | null {
  try {
    const duration = Temporal.Duration.from(value);
    if (duration.sign < 0) return null;
    return Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC').add(duration).epochMilliseconds;
  } catch {
    return null;
  }
}
