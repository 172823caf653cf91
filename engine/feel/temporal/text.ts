/**
 * Text forms of temporal values (DMN 1.5, 10.3.2.3.3 ff.; ISO 8601 with FEEL's `@Zone`). Reading returns null for
 * anything that isn't exactly one.
 */
import {
  parseNumber,
  subtract,
  multiply,
  add,
  negate,
  compareNumbers,
  floor,
  numberToString,
  divide,
  isNumber,
  toDouble,
} from '../number/number.js';
import type { FeelNumber } from '../number/decimal.js';
import { dateOf } from './calendar.js';
import type { FeelDate } from './values.js';
import {
  DaysTimeDuration,
  FeelDateTime,
  FeelTime,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  SECONDS_PER_DAY,
  YearsMonthsDuration,
} from './values.js';
import { parseZone, zoneSuffix } from './zone.js';

const DATE = /^(-?(?:\d{4}|[1-9]\d{4,8}))-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@.+)?$/;
const DURATION =
  /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?|\.\d+)S)?)?$/;

/** `2024-02-29`, also `-2018-12-06`. */
export function parseDate(text: string): FeelDate | null {
  const match = DATE.exec(text);
  return match && match[1] !== '-0000' ? dateOf(Number(match[1]), Number(match[2]), Number(match[3])) : null;
}

/** `10:30:00`, with optional fraction and zone. `24:00:00` is midnight. */
export function parseTime(text: string): FeelTime | null {
  const match = TIME.exec(text);
  if (!match) return null;
  const [, hour, minute, second, fraction = '', suffix] = match;
  if (Number(minute) > 59 || Number(second) > 59) return null;
  const nanos =
    (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * NANOS_PER_SECOND +
    Number(fraction.padEnd(9, '0').slice(0, 9));
  if (nanos > NANOS_PER_DAY) return null;
  const zone = suffix === undefined ? null : parseZone(suffix);
  if (suffix !== undefined && zone === null) return null;
  return new FeelTime(nanos % NANOS_PER_DAY, zone);
}

/** `2024-02-29T10:30:00`, with optional fraction and zone. */
export function parseDateTime(text: string): FeelDateTime | null {
  const separator = text.indexOf('T');
  if (separator < 0) return null;
  const date = parseDate(text.slice(0, separator));
  const time = parseTime(text.slice(separator + 1));
  if (date === null || time === null) return null;
  // Midnight at the end of a day is the next day's first moment.
  const next = text.startsWith('24:', separator + 1) ? nextDay(date) : date;
  return next === null ? null : new FeelDateTime(next, time.nanos, time.zone);
}

function nextDay(date: FeelDate): FeelDate | null {
  return (
    dateOf(date.year, date.month, date.day + 1) ??
    dateOf(date.year, date.month + 1, 1) ??
    dateOf(date.year + 1, 1, 1)
  );
}

/** `P1Y2M` or `P1DT2H3M4.5S`, with optional sign. */
export function parseDuration(text: string): YearsMonthsDuration | DaysTimeDuration | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  const [, sign, years, months, days, time, hours, minutes, seconds] = match;
  const hasDate = years !== undefined || months !== undefined;
  const hasTime = days !== undefined || time !== undefined;
  if (hasDate === hasTime || time === 'T') return null;
  if (hasDate) {
    const total = Number(years ?? 0) * 12 + Number(months ?? 0);
    if (!Number.isSafeInteger(total)) return null;
    return new YearsMonthsDuration(sign === undefined || total === 0 ? total : -total);
  }
  const whole = Number(days ?? 0) * SECONDS_PER_DAY + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  const rest = parseNumber((seconds ?? '0').replace(/\.$/, ''));
  const total = rest === null || !Number.isSafeInteger(whole) ? null : add(whole, rest);
  if (total === null) return null;
  return new DaysTimeDuration(sign === undefined ? total : negate(total));
}

/** Text of a date. */
export function dateToString(date: FeelDate): string {
  const year = String(Math.abs(date.year)).padStart(4, '0');
  return `${date.year < 0 ? '-' : ''}${year}-${String(date.month).padStart(2, '0')}-${String(date.day).padStart(2, '0')}`;
}

function clockToString(nanos: number): string {
  const seconds = Math.floor(nanos / NANOS_PER_SECOND);
  const fraction = nanos % NANOS_PER_SECOND;
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
}

/** Text of a time. */
export function timeToString(time: FeelTime): string {
  return clockToString(time.nanos) + zoneSuffix(time.zone);
}

/** Text of a date and time. */
export function dateTimeToString(value: FeelDateTime): string {
  return `${dateToString(value.date)}T${clockToString(value.nanos)}${zoneSuffix(value.zone)}`;
}

/** Days, hours, minutes and seconds of a days and time duration, all with its sign; `seconds` keeps the fraction. */
export function durationParts(duration: DaysTimeDuration): {
  sign: number;
  days: FeelNumber;
  hours: number;
  minutes: number;
  seconds: FeelNumber;
} {
  const sign = compareNumbers(duration.seconds, 0);
  const size = sign < 0 ? negate(duration.seconds) : duration.seconds;
  const ratio = divide(size, SECONDS_PER_DAY);
  const days = (ratio === null ? 0 : floor(ratio)) ?? 0;
  const rest = subtract(size, multiply(days, SECONDS_PER_DAY) ?? 0) ?? 0;
  const whole = Math.floor(toDouble(rest));
  const seconds = subtract(rest, whole - (whole % 60)) ?? 0;
  return { sign, days, hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, seconds };
}

/** Text of a duration in its shortest form: `P1Y2M`, `P1DT2H`, `PT0S`, `P0M`. */
export function durationToString(duration: YearsMonthsDuration | DaysTimeDuration): string {
  if (duration instanceof YearsMonthsDuration) {
    const size = Math.abs(duration.months);
    const years = Math.floor(size / 12);
    const months = size % 12;
    if (size === 0) return 'P0M';
    return `${duration.months < 0 ? '-' : ''}P${years > 0 ? `${years}Y` : ''}${months > 0 ? `${months}M` : ''}`;
  }
  const { sign, days, hours, minutes, seconds } = durationParts(duration);
  if (sign === 0) return 'PT0S';
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${isNumber(seconds) && seconds !== 0 ? `${numberToString(seconds)}S` : ''}`;
  return `${sign < 0 ? '-' : ''}P${days !== 0 ? `${numberToString(days)}D` : ''}${time === '' ? '' : `T${time}`}`;
}
