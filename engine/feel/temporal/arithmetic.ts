/**
 * Order and arithmetic of temporal values (DMN 1.5, tables 50 to 57). Functions return null where the standard has no
 * result: a local value against a zoned one, or a date outside FEEL's years.
 */
import { add, divide, isNumber, multiply, negate, round, subtract, toDouble } from '../number/number.js';
import type { FeelNumber } from '../number/decimal.js';
import { addMonths, compareDates, dateOfEpochDays, epochDays, floorModulo } from './calendar.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  SECONDS_PER_DAY,
  YearsMonthsDuration,
} from './values.js';
import { offsetAtInstant, offsetAtLocal, UTC } from './zone.js';

/** A point in time: whole seconds since 1970 UTC (local seconds for local values) and nanoseconds of the second. */
export interface Moment {
  readonly seconds: number;
  readonly nanos: number;
}

/** The day on which a zoned time of day is looked at, to find its offset. */
const REFERENCE_DAY = new FeelDate(1970, 1, 1);

/** Seconds from midnight UTC of a time, the offset taken off; local times as they stand. */
export function timeSeconds(time: FeelTime): FeelNumber {
  const seconds = Math.floor(time.nanos / NANOS_PER_SECOND) - (timeOffset(time) ?? 0);
  return add(seconds, divide(time.nanos % NANOS_PER_SECOND, NANOS_PER_SECOND) ?? 0) ?? seconds;
}

/** Offset in seconds of a time, null where it is local. */
export function timeOffset(time: FeelTime): number | null {
  return time.zone === null ? null : offsetAtLocal(time.zone, REFERENCE_DAY, time.nanos);
}

/** Offset in seconds of a date and time, null where it is local. */
export function dateTimeOffset(value: FeelDateTime): number | null {
  return value.zone === null ? null : offsetAtLocal(value.zone, value.date, value.nanos);
}

/** The moment of a date and time. */
export function momentOf(value: FeelDateTime): Moment {
  const seconds = epochDays(value.date) * SECONDS_PER_DAY + Math.floor(value.nanos / NANOS_PER_SECOND);
  return { seconds: seconds - (dateTimeOffset(value) ?? 0), nanos: value.nanos % NANOS_PER_SECOND };
}

/** A date as a date and time at midnight UTC, as the standard reads it next to date and times. */
export function atMidnight(date: FeelDate): FeelDateTime {
  return new FeelDateTime(date, 0, UTC);
}

/** Values are compared to the millisecond, the precision of the clocks and of JSON's consumers. */
const NANOS_PER_MILLI = 1_000_000;

/** Order of two date and times; null where one is local and the other zoned. */
export function compareDateTimes(left: FeelDateTime, right: FeelDateTime): number | null {
  if ((left.zone === null) !== (right.zone === null)) return null;
  if (left.zone === right.zone && (left.zone === null || left.zone.offset !== null)) {
    return compareDates(left.date, right.date) || compareMillis(left.nanos, right.nanos);
  }
  const a = momentOf(left);
  const b = momentOf(right);
  return a.seconds - b.seconds || compareMillis(a.nanos, b.nanos);
}

function compareMillis(left: number, right: number): number {
  return Math.floor(left / NANOS_PER_MILLI) - Math.floor(right / NANOS_PER_MILLI);
}

/** Order of two times; null where one is local and the other zoned. */
export function compareTimes(left: FeelTime, right: FeelTime): number | null {
  if ((left.zone === null) !== (right.zone === null)) return null;
  const millis = (time: FeelTime): number =>
    Math.floor(time.nanos / NANOS_PER_MILLI) - (timeOffset(time) ?? 0) * 1000;
  return millis(left) - millis(right);
}

/** Whole seconds and nanoseconds of a days and time duration, rounded to the nanosecond. */
function splitDuration(duration: DaysTimeDuration): Moment | null {
  const rounded = round(duration.seconds, 9, 'half-even');
  if (rounded === null || Math.abs(toDouble(rounded)) > 1e17) return null;
  const seconds = Math.floor(toDouble(rounded));
  const rest = subtract(rounded, seconds);
  return { seconds, nanos: rest === null ? 0 : Math.round(toDouble(multiply(rest, NANOS_PER_SECOND) ?? 0)) };
}

/** A date and time moved by a duration; zoned values move along the time line, local ones along the calendar. */
export function addToDateTime(
  value: FeelDateTime,
  duration: DaysTimeDuration | YearsMonthsDuration,
): FeelDateTime | null {
  if (duration instanceof YearsMonthsDuration) {
    const date = addMonths(value.date, duration.months);
    return date && new FeelDateTime(date, value.nanos, value.zone);
  }
  const step = splitDuration(duration);
  if (step === null) return null;
  const start = momentOf(value);
  const nanos = start.nanos + step.nanos;
  const seconds = start.seconds + step.seconds + Math.floor(nanos / NANOS_PER_SECOND);
  const local = value.zone === null ? seconds : seconds + offsetAtInstant(value.zone, seconds);
  const days = Math.floor(local / SECONDS_PER_DAY);
  const date = dateOfEpochDays(days);
  return (
    date &&
    new FeelDateTime(
      date,
      (local - days * SECONDS_PER_DAY) * NANOS_PER_SECOND + floorModulo(nanos, NANOS_PER_SECOND),
      value.zone,
    )
  );
}

/** A date moved by a duration; parts of a day are dropped. */
export function addToDate(date: FeelDate, duration: DaysTimeDuration | YearsMonthsDuration): FeelDate | null {
  return addToDateTime(atMidnight(date), duration)?.date ?? null;
}

/** A time moved by a days and time duration, around midnight. */
export function addToTime(time: FeelTime, duration: DaysTimeDuration): FeelTime | null {
  const step = splitDuration(duration);
  if (step === null) return null;
  const nanos = floorModulo(step.seconds, SECONDS_PER_DAY) * NANOS_PER_SECOND + step.nanos;
  return new FeelTime((time.nanos + nanos) % NANOS_PER_DAY, time.zone);
}

/** The duration from right to left; null where one is local and the other zoned. */
export function subtractDateTimes(left: FeelDateTime, right: FeelDateTime): DaysTimeDuration | null {
  if ((left.zone === null) !== (right.zone === null)) return null;
  const a = momentOf(left);
  const b = momentOf(right);
  const fraction = divide(a.nanos - b.nanos, NANOS_PER_SECOND);
  const seconds = fraction === null ? null : add(a.seconds - b.seconds, fraction);
  return seconds === null ? null : new DaysTimeDuration(seconds);
}

/** Years and months duration between two dates: whole months, towards zero. */
export function monthsBetween(from: FeelDateTime, to: FeelDateTime): YearsMonthsDuration {
  const months = (to.date.year - from.date.year) * 12 + to.date.month - from.date.month;
  const rest = to.date.day - from.date.day || to.nanos - from.nanos;
  if (months > 0 && rest < 0) return new YearsMonthsDuration(months - 1);
  if (months < 0 && rest > 0) return new YearsMonthsDuration(months + 1);
  return new YearsMonthsDuration(months);
}

/** A duration times a number; months are cut to whole ones. */
export function scaleDuration(
  duration: DaysTimeDuration | YearsMonthsDuration,
  factor: FeelNumber,
  divided: boolean,
): DaysTimeDuration | YearsMonthsDuration | null {
  const size = duration instanceof YearsMonthsDuration ? duration.months : duration.seconds;
  const scaled = divided ? divide(size, factor) : multiply(size, factor);
  if (scaled === null) return null;
  if (duration instanceof DaysTimeDuration) return new DaysTimeDuration(scaled);
  const months = round(scaled, 0, 'down');
  return typeof months === 'number' && Number.isSafeInteger(months) ? new YearsMonthsDuration(months) : null;
}

/** Sum of two durations of one kind; null for a mixture. */
export function addDurations(left: unknown, right: unknown): DaysTimeDuration | YearsMonthsDuration | null {
  if (left instanceof YearsMonthsDuration && right instanceof YearsMonthsDuration) {
    return new YearsMonthsDuration(left.months + right.months);
  }
  if (left instanceof DaysTimeDuration && right instanceof DaysTimeDuration) {
    const seconds = add(left.seconds, right.seconds);
    return isNumber(seconds) ? new DaysTimeDuration(seconds) : null;
  }
  return null;
}

/** A duration with its sign turned. */
export function negateDuration<Duration extends DaysTimeDuration | YearsMonthsDuration>(
  duration: Duration,
): Duration {
  return (
    duration instanceof YearsMonthsDuration
      ? new YearsMonthsDuration(0 - duration.months)
      : new DaysTimeDuration(negate(duration.seconds))
  ) as Duration;
}
