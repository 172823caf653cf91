/**
 * Powers, roots, logarithms and the like. Whole powers are exact to 34 digits; the irrational functions are computed in
 * doubles and then shown with the 15 digits that a double guarantees, except `sqrt` and `exp`, which have decimal forms.
 */
import { Decimal, divideRounded, fromDecimal, powerOfTen, toDecimal, type FeelNumber } from './decimal.js';
import { divide, fromDouble, isWhole, multiply, toDouble } from './number.js';

/** `base` to the power `exponent`; null where it isn't a real number or overflows. */
export function power(base: FeelNumber, exponent: FeelNumber): FeelNumber | null {
  if (!isWhole(exponent) || Math.abs(toDouble(exponent)) > 100_000)
    return fromDouble(Math.pow(toDouble(base), toDouble(exponent)));
  let rest = Math.abs(toDouble(exponent));
  let square: FeelNumber | null = base;
  let result: FeelNumber | null = 1;
  while (rest > 0 && result !== null) {
    if (rest % 2 === 1) result = square === null ? null : multiply(result, square);
    rest = Math.floor(rest / 2);
    if (rest > 0 && square !== null) square = multiply(square, square);
  }
  if (result === null) return null;
  return toDouble(exponent) < 0 ? divide(1, result) : result;
}

/** Whole square root of a non-negative integer, rounded down (Newton's method). */
function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Square root to 34 digits; null for negative numbers. */
export function squareRoot(value: FeelNumber): FeelNumber | null {
  const decimal = toDecimal(value);
  if (decimal.coefficient < 0n) return null;
  const shift = 72 + (Math.abs(decimal.exponent) % 2);
  const scaled = decimal.coefficient * powerOfTen(shift);
  const root = integerRoot(scaled);
  const exponent = (decimal.exponent - shift) / 2;
  return root * root === scaled ? fromDecimal(root, exponent) : fromDecimal(root * 10n + 1n, exponent - 1);
}

const EXP_DIGITS = 60;

/** e to the given power, to 34 digits; null on overflow. */
export function exponential(value: FeelNumber): FeelNumber | null {
  const size = toDouble(value);
  if (size > 14_000) return null;
  if (size < -14_000) return 0;
  const decimal = toDecimal(value);
  const one = powerOfTen(EXP_DIGITS);
  // exp(x) = exp(x / 2^k)^(2^k) with x / 2^k small enough for a short Taylor series.
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.abs(size) + 1)) + 8);
  const shift = EXP_DIGITS + decimal.exponent;
  const fixed =
    shift >= 0
      ? decimal.coefficient * powerOfTen(shift)
      : divideRounded(decimal.coefficient, powerOfTen(-shift), 'half-even');
  const small = fixed >> BigInt(halvings);
  let term = one;
  let sum = one;
  for (let index = 1n; term !== 0n && index < 200n; index++) {
    term = (term * small) / (one * index);
    sum += term;
  }
  let result = new Decimal(sum, -EXP_DIGITS);
  for (let round = 0; round < halvings; round++) {
    const squared = result.coefficient * result.coefficient;
    const excess = Math.max(0, squared.toString().length - EXP_DIGITS);
    result = new Decimal(squared / powerOfTen(excess), result.exponent * 2 + excess);
  }
  return fromDecimal(result.coefficient, result.exponent);
}

/** Natural logarithm; null for numbers that are not positive. */
export function naturalLogarithm(value: FeelNumber): FeelNumber | null {
  const decimal = toDecimal(value);
  if (decimal.coefficient <= 0n) return null;
  const double = toDouble(value);
  if (Number.isFinite(double) && double > 0) return fromDouble(Math.log(double));
  return fromDouble(Math.log(Number(decimal.coefficient)) + decimal.exponent * Math.LN10);
}
