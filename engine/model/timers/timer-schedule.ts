/**
 * Timer values (BPMN 2.0.2 §10.5.5, Table 10.101): ISO 8601 dates, durations and repeating intervals, and cron
 * expressions for cycles; reckoned in the zone that they name, else in UTC.
 */
import { nextOfCron } from './cron.js';
import { later, readDuration, readMoment } from './moments.js';
import { isRepetition, keepRepetition, leadsOn, nextRepetition } from './repetition.js';

/** When a timer fires, in milliseconds since the epoch. */
export interface TimerSchedule {
  readonly dueAt: number;
  /** Repetitions left after the first; -1 for ever. */
  readonly repetitions: number;
  /**
   * What leads from one repetition to the next: an ISO 8601 duration, with the moment it is counted from where the
   * calendar matters, or a cron expression. Null when it fires once.
   */
  readonly interval: string | null;
}

/** The start may have slashes: those of a zone. */
const CYCLE = /^R(|-1|[0-9]+)\/(?:(.+)\/)?(P[^/]+)$/;

/** The first moment of the year 0001 and the last of 9999: what dates in texts can say (RFC 3339, §5.6). */
const [EARLIEST, LATEST] = [-62_135_596_800_000, 253_402_300_799_999];
/** As many repetitions as an integer column holds. */
const MOST_REPETITIONS = 2_147_483_647;

/** Reads a timer value as it stands at `now`; null where the text is not valid for its kind, or leads beyond the years. */
export function scheduleTimer(
  timer: 'date' | 'duration' | 'cycle',
  value: string,
  now: number,
): TimerSchedule | null {
  return withinYears(readSchedule(timer, value, now));
}

function withinYears(schedule: TimerSchedule | null): TimerSchedule | null {
  if (!schedule) return null;
  const { dueAt, repetitions } = schedule;
  return dueAt >= EARLIEST && dueAt <= LATEST && repetitions <= MOST_REPETITIONS ? schedule : null;
}

function readSchedule(
  timer: 'date' | 'duration' | 'cycle',
  value: string,
  now: number,
): TimerSchedule | null {
  if (timer === 'date') return once(readMoment(value)?.at ?? null);
  if (timer === 'duration') return once(dueAfter(value, now));
  const cycle = CYCLE.exec(value);
  if (!cycle) return scheduleCron(value, now);
  const [, count, start, period] = cycle as unknown as [string, string, string | undefined, string];
  const times = count === '' || count === '-1' ? -1 : Number(count);
  if (times === 0 || !leadsOn(period)) return null;
  const moment = start === undefined ? { at: now, zone: 'UTC' } : readMoment(start);
  if (!moment) return null;
  const first = start === undefined ? dueAfter(period, now) : moment.at;
  if (first === null) return null;
  const repetitions = times === -1 ? -1 : times - 1;
  return { dueAt: first, repetitions, interval: keepRepetition(moment, period) };
}

/**
 * The repetition after the one that was due at `dueAt`. It does not drift, however late that one fired; those
 * that `now` has passed as well are over with it, so that a server that was down fires once and not a thousand times.
 */
export function nextOccurrence(schedule: TimerSchedule, now: number): TimerSchedule | null {
  return withinYears(occurrenceAfter(schedule, now));
}

function occurrenceAfter(schedule: TimerSchedule, now: number): TimerSchedule | null {
  const { dueAt, repetitions, interval } = schedule;
  if (interval === null) return null;
  if (!isRepetition(interval)) return scheduleCron(interval, Math.max(dueAt, now));
  if (repetitions === 0) return null;
  const next = nextRepetition(interval, dueAt, now);
  if (!next) return null;
  if (repetitions === -1) return { dueAt: next.dueAt, repetitions, interval };
  const left = repetitions - next.steps;
  return left < 0 ? null : { dueAt: next.dueAt, repetitions: left, interval };
}

function scheduleCron(expression: string, from: number): TimerSchedule | null {
  const next = nextOfCron(expression, from);
  return next === null ? null : { dueAt: next, repetitions: -1, interval: expression };
}

/** Whether a fixed text is a valid value for its kind of timer. */
export function isFixedTimer(timer: 'date' | 'duration' | 'cycle', value: string): boolean {
  return scheduleTimer(timer, value, 0) !== null;
}

function once(dueAt: number | null): TimerSchedule | null {
  return dueAt === null ? null : { dueAt, repetitions: 0, interval: null };
}

/** When a duration from now is over: at once where it is none, or negative. */
function dueAfter(value: string, now: number): number | null {
  const duration = readDuration(value);
  return duration && (duration.sign > 0 ? later({ at: now, zone: 'UTC' }, duration) : now);
}
