/** Built-ins that make and read dates, times and durations (DMN 1.5, tables 73, 77 and 80), with Camunda's additions. */
import { isWhole, toDouble } from '../number/number.js';
import type { FeelNumber } from '../number/decimal.js';
import { momentOf, monthsBetween } from '../temporal/arithmetic.js';
import {
  dateOf,
  dateOfEpochDays,
  dayOfYear,
  daysInMonth,
  weekday,
  weekOfYear,
} from '../temporal/calendar.js';
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal/text.js';
import { FeelDate, FeelDateTime, FeelTime, NANOS_PER_SECOND, SECONDS_PER_DAY } from '../temporal/values.js';
import { offsetAtInstant, offsetZone, parseZone, UTC } from '../temporal/zone.js';
import { dateTime, daysTime, define, duration, number, optional, text, time } from './define.js';

function whole(value: FeelNumber): number {
  return isWhole(value) ? toDouble(value) : NaN;
}

define('date', [text('from')], ([from]) => parseDate(from));
define('date', [dateTime('from')], ([from]) => from.date);
define('date', [number('year'), number('month'), number('day')], ([year, month, day]) =>
  dateOf(whole(year), whole(month), whole(day)));

define('date and time', [text('from')], ([from]) => {
  const day = parseDate(from);
  return day === null ? parseDateTime(from) : new FeelDateTime(day, 0, null);
});
define('date and time', [dateTime('date'), time('time')], ([day, clock]) =>
  new FeelDateTime(day.date, clock.nanos, clock.zone));
define('date and time', [dateTime('date'), text('timezone')], ([at, timezone]) => {
  const zone = parseZone(timezone) ?? parseZone(`@${timezone}`);
  return zone && inZone(at, zone);
});
define('date and time', [dateTime('from')], ([from]) => from);

/** The same moment seen in another zone; a local value is read as being in that zone already. */
function inZone(value: FeelDateTime, zone: NonNullable<FeelDateTime['zone']>): FeelDateTime | null {
  if (value.zone === null) return new FeelDateTime(value.date, value.nanos, zone);
  const { seconds } = momentOf(value);
  const local = seconds + offsetAtInstant(zone, seconds);
  const days = Math.floor(local / SECONDS_PER_DAY);
  const day = dateOfEpochDays(days);
  return (
    day &&
    new FeelDateTime(
      day,
      (local - days * SECONDS_PER_DAY) * NANOS_PER_SECOND + (value.nanos % NANOS_PER_SECOND),
      zone,
    )
  );
}

define('time', [text('from')], ([from]) => parseTime(from) ?? timeOf(parseDateTime(from)));
define('time', [time('from')], ([from]) => from);
define('time', [dateTime('from')], ([from]) => timeOf(from));
define('time', [number('hour'), number('minute'), number('second'), optional(daysTime('offset'))], ([
  hour,
  minute,
  second,
  offset,
]) => {
  const clock = (whole(hour) * 3600 + whole(minute) * 60) * NANOS_PER_SECOND;
  const seconds = toDouble(second);
  if (!(
    whole(hour) >= 0 &&
    whole(hour) < 24 &&
    whole(minute) >= 0 &&
    whole(minute) < 60 &&
    seconds >= 0 &&
    seconds < 60
  ))
    return null;
  const zone = offset === null ? null : offsetZone(toDouble(offset.seconds));
  if (offset !== null && zone === null) return null;
  return new FeelTime(clock + Math.round(seconds * NANOS_PER_SECOND), zone);
});

function timeOf(value: FeelDateTime | null): FeelTime | null {
  return value && new FeelTime(value.nanos, value.zone);
}

define('duration', [text('from')], ([from]) => parseDuration(from));
define('duration', [duration('from')], ([from]) => from);
define('years and months duration', [dateTime('from'), dateTime('to')], ([from, to]) =>
  monthsBetween(from, to));
define('@', [text('from')], ([from]) =>
  parseDate(from) ?? parseDateTime(from) ?? parseTime(from) ?? parseDuration(from));

/** The step's clock as a date and time in UTC. */
function clock(nowMs: number): FeelDateTime {
  const days = Math.floor(nowMs / 86_400_000);
  const day = dateOfEpochDays(days) as FeelDate;
  return new FeelDateTime(day, Math.round((nowMs - days * 86_400_000) * 1e6), UTC);
}

define('now', [], (_, evaluation) => clock(evaluation.nowMs));
define('today', [], (_, evaluation) => clock(evaluation.nowMs).date);

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

define('day of year', [dateTime('date')], ([at]) => dayOfYear(at.date));
define('day of week', [dateTime('date')], ([at]) => DAYS[weekday(at.date) - 1]);
define('month of year', [dateTime('date')], ([at]) => MONTHS[at.date.month - 1]);
define('week of year', [dateTime('date')], ([at]) => weekOfYear(at.date));
define('last day of month', [dateTime('date')], ([at]) =>
  new FeelDate(at.date.year, at.date.month, daysInMonth(at.date.year, at.date.month)));
