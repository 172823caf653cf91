/** Properties of temporal values and ranges (DMN 1.5, table 65). */
import { toDouble } from '../number/number.js';
import { dateTimeOffset, timeOffset } from '../temporal/arithmetic.js';
import { weekday } from '../temporal/calendar.js';
import { durationParts } from '../temporal/text.js';
import { multiply } from '../number/number.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  NANOS_PER_SECOND,
  YearsMonthsDuration,
  type Zone,
} from '../temporal/values.js';
import { FeelRange } from '../values.js';

/** A property of a value; undefined where the value has none of that name. */
export function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof FeelDate) return dateProperty(value, name);
  if (value instanceof FeelDateTime) {
    return (
      dateProperty(value.date, name) ??
      clockProperty(value.nanos, value.zone, () => dateTimeOffset(value), name)
    );
  }
  if (value instanceof FeelTime) return clockProperty(value.nanos, value.zone, () => timeOffset(value), name);
  if (value instanceof YearsMonthsDuration) return monthsProperty(value, name);
  if (value instanceof DaysTimeDuration) return daysProperty(value, name);
  if (value instanceof FeelRange) return rangeProperty(value, name);
  return undefined;
}

function dateProperty(date: FeelDate, name: string): unknown {
  switch (name) {
    case 'year':
      return date.year;
    case 'month':
      return date.month;
    case 'day':
      return date.day;
    case 'weekday':
      return weekday(date);
    default:
      return undefined;
  }
}

function clockProperty(nanos: number, zone: Zone | null, offset: () => number | null, name: string): unknown {
  const seconds = Math.floor(nanos / NANOS_PER_SECOND);
  switch (name) {
    case 'hour':
      return Math.floor(seconds / 3600);
    case 'minute':
      return Math.floor(seconds / 60) % 60;
    case 'second':
      return seconds % 60;
    case 'time offset': {
      const value = offset();
      return value === null ? null : new DaysTimeDuration(value);
    }
    case 'timezone':
      return zone === null || zone.offset !== null ? null : zone.id;
    default:
      return undefined;
  }
}

function monthsProperty(duration: YearsMonthsDuration, name: string): unknown {
  if (name === 'years') return Math.trunc(duration.months / 12) + 0;
  if (name === 'months') return (duration.months % 12) + 0;
  return ['days', 'hours', 'minutes', 'seconds'].includes(name) ? null : undefined;
}

function daysProperty(duration: DaysTimeDuration, name: string): unknown {
  const parts = durationParts(duration);
  switch (name) {
    case 'days':
      return multiply(parts.days, parts.sign);
    case 'hours':
      return parts.hours * parts.sign + 0;
    case 'minutes':
      return parts.minutes * parts.sign + 0;
    case 'seconds':
      return Math.floor(toDouble(parts.seconds)) * parts.sign + 0;
    case 'years':
    case 'months':
      return null;
    default:
      return undefined;
  }
}

function rangeProperty(range: FeelRange, name: string): unknown {
  switch (name) {
    case 'start':
      return range.start;
    case 'end':
      return range.end;
    case 'start included':
      return range.startIncluded;
    case 'end included':
      return range.endIncluded;
    default:
      return undefined;
  }
}
