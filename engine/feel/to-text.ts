/** The text form of a value, as FEEL's `string()` gives it (DMN 1.5, 10.3.4.1). */
import { freshMeter, type Meter } from './meter.js';
import { isNumber, numberToString } from './number/number.js';
import { dateTimeToString, dateToString, durationToString, timeToString } from './temporal/text.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  YearsMonthsDuration,
} from './temporal/values.js';
import { FeelFunction, FeelRange, isContext } from './values.js';

/** Text of a temporal value; null for anything else. */
export function temporalToText(value: unknown): string | null {
  if (value instanceof FeelDate) return dateToString(value);
  if (value instanceof FeelDateTime) return dateTimeToString(value);
  if (value instanceof FeelTime) return timeToString(value);
  if (value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration)
    return durationToString(value);
  return null;
}

/** Text of any value; a text is itself. */
export function toText(value: unknown, meter: Meter = freshMeter()): string {
  return typeof value === 'string' ? value : nested(value, meter);
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function nested(value: unknown, meter: Meter): string {
  meter.spend(1);
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') {
    meter.spend(value.length >> 5);
    return quoted(value);
  }
  if (typeof value === 'boolean') return String(value);
  if (isNumber(value)) return numberToString(value);
  if (Array.isArray(value)) return `[${value.map((item) => nested(item, meter)).join(', ')}]`;
  if (value instanceof FeelRange) return rangeText(value, meter);
  if (value instanceof FeelFunction)
    return value.name === '' ? `function(${value.parameters?.join(', ') ?? ''})` : value.name;
  const temporal = temporalToText(value);
  if (temporal !== null) return temporal;
  if (!isContext(value)) return 'null';
  return `{${Object.entries(value)
    .map(
      ([name, entry]) =>
        `${/^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(name) ? name : quoted(name)}: ${nested(entry, meter)}`,
    )
    .join(', ')}}`;
}

function rangeText(range: FeelRange, meter: Meter): string {
  const open = range.startIncluded ? '[' : '(';
  const close = range.endIncluded ? ']' : ')';
  return `${open}${nested(range.start, meter)}..${nested(range.end, meter)}${close}`;
}
