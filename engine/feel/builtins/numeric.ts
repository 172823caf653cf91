/** Built-ins on numbers (DMN 1.5, table 76). */
import { YearsMonthsDuration } from '../temporal/values.js';
import { compareNumbers, isWhole, modulo, negate, round, toDouble } from '../number/number.js';
import type { FeelNumber, Rounding } from '../number/decimal.js';
import { exponential, naturalLogarithm, squareRoot } from '../number/power.js';
import { negateDuration } from '../temporal/arithmetic.js';
import { define, duration, number, optional } from './define.js';

/** Scales of decimal128: from -6111 to 6176. */
const MIN_SCALE = -6111;
const MAX_SCALE = 6176;

function rounded(value: FeelNumber, scale: FeelNumber | null, rounding: Rounding): FeelNumber | null {
  const digits = scale === null ? 0 : Math.trunc(toDouble(scale));
  return digits < MIN_SCALE || digits > MAX_SCALE ? null : round(value, digits, rounding);
}

function defineRounding(name: string, rounding: Rounding): void {
  define(name, [number('n'), optional(number('scale'))], ([value, scale]) => rounded(value, scale, rounding));
}

define('decimal', [number('n'), number('scale')], ([value, scale]) => rounded(value, scale, 'half-even'));
for (const [name, rounding] of [
  ['floor', 'floor'],
  ['ceiling', 'ceiling'],
] as const) {
  define(name, [number('n')], ([value]) => round(value, 0, rounding));
  define(name, [number('n'), number('scale')], ([value, scale]) => rounded(value, scale, rounding));
}
for (const [name, rounding] of [
  ['round up', 'up'],
  ['round down', 'down'],
  ['round half up', 'half-up'],
  ['round half down', 'half-down'],
] as const) {
  define(name, [number('n'), number('scale')], ([value, scale]) => rounded(value, scale, rounding));
}
defineRounding('round half even', 'half-even');

define('abs', [number('n')], ([value]) => (compareNumbers(value, 0) < 0 ? negate(value) : value));
define('abs', [duration('n')], ([value]) => {
  const negative =
    value instanceof YearsMonthsDuration ? value.months < 0 : compareNumbers(value.seconds, 0) < 0;
  return negative ? negateDuration(value) : value;
});

define('modulo', [number('dividend'), number('divisor')], ([dividend, divisor]) => modulo(dividend, divisor));
define('sqrt', [number('number')], ([value]) => squareRoot(value));
define('log', [number('number')], ([value]) => naturalLogarithm(value));
define('exp', [number('number')], ([value]) => exponential(value));
define('odd', [number('number')], ([value]) => (isWhole(value) ? modulo(value, 2) === 1 : null));
define('even', [number('number')], ([value]) => (isWhole(value) ? modulo(value, 2) === 0 : null));
