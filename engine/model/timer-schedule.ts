/**
 * Timer values (BPMN 2.0.2 §10.5.5, Table 10.101): ISO 8601 dates, durations and repeating intervals, and cron
 * expressions for cycles; all reckoned in UTC.
 */
import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';

/** When a timer fires, in milliseconds since the epoch. */
export interface TimerSchedule {
  readonly dueAt: number;
  /** Repetitions left after the first; -1 for ever. */
  readonly repetitions: number;
  /** ISO 8601 duration from one repetition to the next, or a cron expression; null when it fires once. */
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
  if (!cycle) return scheduleCron(value, now);
  const [, count, start, interval] = cycle as unknown as [string, string, string | undefined, string];
  const times = count === '' || count === '-1' ? -1 : Number(count);
  const first = start === undefined ? addDuration(interval, now) : parseDate(start);
  if (first === null || times === 0 || times < -1 || !isLonger(addDuration(interval, 0))) return null;
  return { dueAt: first, repetitions: times === -1 ? -1 : times - 1, interval };
}

/**
 * The repetition after the one that was due at `dueAt`. It does not drift, however late that one fired; those
 * that `now` has passed as well are over with it, so that a server that was down fires once and not a thousand times.
 */
export function nextOccurrence(schedule: TimerSchedule, now: number): TimerSchedule | null {
  const { interval } = schedule;
  let { dueAt, repetitions } = schedule;
  if (interval === null) return null;
  if (!interval.startsWith('P')) return scheduleCron(interval, Math.max(dueAt, now));
  const exact = exactMilliseconds(interval);
  if (exact !== null && dueAt + exact < now) {
    const missed = Math.floor((now - dueAt) / exact) - 1;
    dueAt += missed * exact;
    if (repetitions !== -1) repetitions = Math.max(0, repetitions - missed);
  }
  do {
    if (repetitions === 0) return null;
    const next = addDuration(interval, dueAt);
    if (next === null) return null;
    dueAt = next;
    repetitions = repetitions === -1 ? -1 : repetitions - 1;
  } while (dueAt <= now);
  return { dueAt, repetitions, interval };
}

/**
 * The first moment after `from` that a cron expression of five, six or seven parts names. Those with seconds are read as
 * Spring reads them, which the dialect goes by: day of month and day of week must both fit. Of five parts either may fit,
 * as in crontab. `0/15` begins at 0.
 */
function scheduleCron(pattern: string, from: number): TimerSchedule | null {
  const domAndDow = pattern.trim().split(/\s+/).length > 5;
  try {
    const cron = new Cron(pattern, { timezone: 'UTC', paused: true, sloppyRanges: true, domAndDow });
    const next = cron.nextRun(new Date(from));
    return next ? { dueAt: next.getTime(), repetitions: -1, interval: pattern } : null;
  } catch {
    return null;
  }
}

/** The length of a duration without years and months; null where it depends on the calendar. */
function exactMilliseconds(interval: string): number | null {
  const duration = Temporal.Duration.from(interval);
  return duration.years || duration.months || duration.weeks ? null : duration.total('milliseconds');
}

function isLonger(milliseconds: number | null): boolean {
  return milliseconds !== null && milliseconds > 0;
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
    if (/T.*(?:Z|[+-][0-9]{2}(?::?[0-9]{2}){0,2})$/i.test(value))
      return Temporal.Instant.from(value).epochMilliseconds;
    if (value.endsWith(']')) return Temporal.ZonedDateTime.from(value).epochMilliseconds;
    return Temporal.PlainDateTime.from(value.replace(/@.*$/, '')).toZonedDateTime(zoneOf(value))
      .epochMilliseconds;
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
    return Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC').add(duration)
      .epochMilliseconds;
  } catch {
    return null;
  }
}
