/**
 * Equality and order of values (DMN 1.5, tables 42 and 53). Both give null where two values of different kinds are
 * compared; comparison with null alone is decided.
 */
import { freshMeter, type Meter } from './meter.js';
import { compareNumbers, isNumber } from './number/number.js';
import { compareDates } from './temporal/calendar.js';
import { compareDateTimes, compareTimes } from './temporal/arithmetic.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  YearsMonthsDuration,
} from './temporal/values.js';
import { entryOf, FeelFunction, FeelRange, isContext, kindOf, type FeelContext } from './values.js';

/** `left = right`; null where the kinds differ. Lists and contexts are counted by the meter. */
export function equals(left: unknown, right: unknown, meter?: Meter): boolean | null {
  if (left === right) return true;
  if (left === null || left === undefined || right === null || right === undefined) {
    return (left ?? null) === null && (right ?? null) === null;
  }
  if (typeof left !== 'object' && typeof left === typeof right) return left === right;
  if (Array.isArray(left))
    return Array.isArray(right) ? equalLists(left, right, meter ?? freshMeter()) : null;
  if (left instanceof FeelRange) return right instanceof FeelRange ? equalRanges(left, right) : null;
  if (left instanceof FeelFunction) return right instanceof FeelFunction ? left === right : null;
  if (left instanceof YearsMonthsDuration && right instanceof DaysTimeDuration)
    return zeroDurations(left, right);
  if (left instanceof DaysTimeDuration && right instanceof YearsMonthsDuration)
    return zeroDurations(right, left);
  const order = compare(left, right);
  if (order !== null) return order === 0;
  if (isContext(left) && isContext(right)) return equalContexts(left, right, meter ?? freshMeter());
  return kindOf(left) === kindOf(right) ? false : null;
}

/** Durations of different kinds are comparable only in being nothing. */
function zeroDurations(left: YearsMonthsDuration, right: DaysTimeDuration): boolean | null {
  return left.months === 0 && right.seconds === 0 ? true : null;
}

function equalLists(left: readonly unknown[], right: readonly unknown[], meter: Meter): boolean {
  if (left.length !== right.length) return false;
  meter.spend(left.length);
  return left.every((item, index) => equals(item, right[index], meter) === true);
}

function equalContexts(left: FeelContext, right: FeelContext, meter: Meter): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  meter.spend(keys.length);
  return keys.every(
    (key) => Object.hasOwn(right, key) && equals(left[key], entryOf(right, key) ?? null, meter) === true,
  );
}

function equalRanges(left: FeelRange, right: FeelRange): boolean {
  return (
    left.startIncluded === right.startIncluded &&
    left.endIncluded === right.endIncluded &&
    left.unary === right.unary &&
    equals(left.start, right.start) === true &&
    equals(left.end, right.end) === true
  );
}

/** Negative, zero or positive by order; null where the values have no order between them. */
export function compare(left: unknown, right: unknown): number | null {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0;
  if (isNumber(left)) return isNumber(right) ? compareNumbers(left, right) : null;
  if (typeof left === 'string') return typeof right === 'string' ? compareStrings(left, right) : null;
  if (left instanceof FeelDate) return right instanceof FeelDate ? compareDates(left, right) : null;
  if (left instanceof FeelDateTime)
    return right instanceof FeelDateTime ? compareDateTimes(left, right) : null;
  if (left instanceof FeelTime) return right instanceof FeelTime ? compareTimes(left, right) : null;
  if (left instanceof DaysTimeDuration)
    return right instanceof DaysTimeDuration ? compareNumbers(left.seconds, right.seconds) : null;
  if (left instanceof YearsMonthsDuration)
    return right instanceof YearsMonthsDuration ? left.months - right.months : null;
  return null;
}

/** Order by code point, which differs from JavaScript's order by code unit beyond U+FFFF. */
function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let index = 0;
  while (index < length && left.charCodeAt(index) === right.charCodeAt(index)) index++;
  if (index === length) return left.length - right.length;
  const a = left.charCodeAt(index);
  const b = right.charCodeAt(index);
  const aBeyond = a >= 0xd800 && a <= 0xdfff;
  const bBeyond = b >= 0xd800 && b <= 0xdfff;
  return aBeyond === bBeyond ? a - b : aBeyond ? 1 : -1;
}

/** Membership in a range; null where the value has no order with the ends. */
export function includes(range: FeelRange, value: unknown): boolean | null {
  if (value === null || value === undefined) return null;
  const low = range.start === null && range.unary ? 1 : compare(value, range.start);
  const high = range.end === null && range.unary ? -1 : compare(value, range.end);
  if (low === null || high === null) return null;
  return (range.startIncluded ? low >= 0 : low > 0) && (range.endIncluded ? high <= 0 : high < 0);
}
