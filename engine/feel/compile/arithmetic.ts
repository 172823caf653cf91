/** The operators + - * / ** on numbers, strings, dates, times and durations (DMN 1.5, tables 50 to 57). */
import { MAX_STRING_LENGTH, FeelLimitError } from '../limits.js';
import type { Meter } from '../meter.js';
import { add, divide, isNumber, multiply, negate, subtract } from '../number/number.js';
import { power } from '../number/power.js';
import type { ArithmeticOperator } from '../parse/ast.js';
import {
  addDurations,
  addToDate,
  addToDateTime,
  addToTime,
  atMidnight,
  negateDuration,
  scaleDuration,
  subtractDateTimes,
  timeSeconds,
} from '../temporal/arithmetic.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  YearsMonthsDuration,
} from '../temporal/values.js';
import { kindOf } from '../values.js';
import type { Compiled } from './environment.js';

type Operation = (left: unknown, right: unknown, meter: Meter) => unknown;

/** A power takes as long as some dozens of other operations. */
const POWER_COST = 16;

const OPERATIONS: Readonly<Record<ArithmeticOperator, Operation>> = {
  '+': sum,
  '-': difference,
  '*': product,
  '/': quotient,
  '**': (left, right, meter) => {
    meter.spend(POWER_COST);
    return isNumber(left) && isNumber(right) ? power(left, right) : null;
  },
};

/** Compiles a binary operator. A result of null is warned about. */
export function arithmetic(
  operator: ArithmeticOperator,
  left: Compiled,
  right: Compiled,
  at: number,
): Compiled {
  const operation = OPERATIONS[operator];
  return (evaluation) => {
    const a = left(evaluation);
    const b = right(evaluation);
    const result = operation(a, b, evaluation);
    if (result === null) evaluation.warn(`${kindOf(a)} ${operator} ${kindOf(b)} has no result.`, at);
    return result;
  };
}

/** Compiles the unary minus. */
export function negation(operand: Compiled, at: number): Compiled {
  return (evaluation) => {
    const value = operand(evaluation);
    if (isNumber(value)) return negate(value);
    if (value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration)
      return negateDuration(value);
    evaluation.warn(`A ${kindOf(value)} can't be negated.`, at);
    return null;
  };
}

function isDuration(value: unknown): value is DaysTimeDuration | YearsMonthsDuration {
  return value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration;
}

function sum(left: unknown, right: unknown, meter: Meter): unknown {
  if (isNumber(left) && isNumber(right)) return add(left, right);
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length + right.length > MAX_STRING_LENGTH)
      throw new FeelLimitError(`A text grew beyond ${MAX_STRING_LENGTH} characters.`);
    meter.spend((left.length + right.length) >> 5);
    return left + right;
  }
  if (isDuration(right)) return isDuration(left) ? addDurations(left, right) : moved(left, right);
  return isDuration(left) ? moved(right, left) : null;
}

function moved(value: unknown, duration: DaysTimeDuration | YearsMonthsDuration): unknown {
  if (value instanceof FeelDateTime) return addToDateTime(value, duration);
  if (value instanceof FeelDate) return addToDate(value, duration);
  if (value instanceof FeelTime && duration instanceof DaysTimeDuration) return addToTime(value, duration);
  return null;
}

function difference(left: unknown, right: unknown): unknown {
  if (isNumber(left) && isNumber(right)) return subtract(left, right);
  if (isDuration(right)) {
    const turned = negateDuration(right);
    return isDuration(left) ? addDurations(left, turned) : moved(left, turned);
  }
  if (left instanceof FeelTime && right instanceof FeelTime) {
    if ((left.zone === null) !== (right.zone === null)) return null;
    const seconds = subtract(timeSeconds(left), timeSeconds(right));
    return seconds === null ? null : new DaysTimeDuration(seconds);
  }
  const from = left instanceof FeelDate ? atMidnight(left) : left;
  const to = right instanceof FeelDate ? atMidnight(right) : right;
  return from instanceof FeelDateTime && to instanceof FeelDateTime ? subtractDateTimes(from, to) : null;
}

function product(left: unknown, right: unknown): unknown {
  if (isNumber(left))
    return isNumber(right)
      ? multiply(left, right)
      : isDuration(right)
        ? scaleDuration(right, left, false)
        : null;
  return isDuration(left) && isNumber(right) ? scaleDuration(left, right, false) : null;
}

function quotient(left: unknown, right: unknown): unknown {
  if (isNumber(left)) return isNumber(right) ? divide(left, right) : null;
  if (!isDuration(left)) return null;
  if (isNumber(right)) return scaleDuration(left, right, true);
  if (left instanceof DaysTimeDuration && right instanceof DaysTimeDuration)
    return divide(left.seconds, right.seconds);
  if (left instanceof YearsMonthsDuration && right instanceof YearsMonthsDuration)
    return divide(left.months, right.months);
  return null;
}
