/**
 * Decimal arithmetic of 34 significant digits (DMN 1.5, 10.3.2.3.1: IEEE 754-2008 decimal128), the slow and
 * always exact way. A value is `coefficient * 10^exponent`. The fast way on doubles stands in `number.ts`, which
 * calls these functions only when it can't prove a double exact.
 */

/** Significant digits that survive an operation. */
export const PRECISION = 34;

/** Exponents beyond these give null, as decimal128 overflows. */
const MAX_EXPONENT = 6144;

/** A number that no double represents exactly enough; always normalised: no trailing zeros in the coefficient. */
export class Decimal {
  constructor(
    readonly coefficient: bigint,
    readonly exponent: number,
  ) {}
}

/**
 * A FEEL number: a double that stands for its shortest decimal form, or a Decimal where that isn't enough. A whole
 * number that no double shows comes from JSON as a `bigint`; it takes the way of decimals, and leaves it as a Decimal.
 */
export type FeelNumber = number | bigint | Decimal;

const POWERS: bigint[] = Array.from({ length: 80 }, (_, exponent) => 10n ** BigInt(exponent));

/** 10 to the given non-negative power. */
export function powerOfTen(exponent: number): bigint {
  return exponent < POWERS.length ? POWERS[exponent] : 10n ** BigInt(exponent);
}

/** Number of decimal digits of a coefficient; 1 for zero. */
export function digitCount(coefficient: bigint): number {
  const text = coefficient.toString();
  return coefficient < 0n ? text.length - 1 : text.length;
}

/** How a quotient that isn't whole is brought to a whole number. */
export type Rounding = 'half-even' | 'half-up' | 'half-down' | 'up' | 'down' | 'floor' | 'ceiling';

/** Divides two integers and rounds the quotient; the divisor is not zero. */
export function divideRounded(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return quotient;
  const negative = dividend < 0n !== divisor < 0n;
  const away = negative ? quotient - 1n : quotient + 1n;
  if (rounding === 'up') return away;
  if (rounding === 'down') return quotient;
  if (rounding === 'floor') return negative ? away : quotient;
  if (rounding === 'ceiling') return negative ? quotient : away;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const whole = divisor < 0n ? -divisor : divisor;
  if (twice !== whole) return twice > whole ? away : quotient;
  if (rounding === 'half-up') return away;
  if (rounding === 'half-down') return quotient;
  return quotient % 2n === 0n ? quotient : away;
}

/** The exact decimal a FEEL number stands for. Finite doubles only. */
export function toDecimal(value: FeelNumber): Decimal {
  if (typeof value === 'bigint') return new Decimal(value, 0);
  if (typeof value !== 'number') return value;
  if (Number.isSafeInteger(value)) return new Decimal(BigInt(value), 0);
  const [mantissa, power = '0'] = String(value).split('e');
  const point = mantissa.indexOf('.');
  if (point < 0) return new Decimal(BigInt(mantissa), Number(power));
  const fraction = mantissa.slice(point + 1);
  return new Decimal(BigInt(mantissa.slice(0, point) + fraction), Number(power) - fraction.length);
}

/** Rounds to 34 digits and returns the plainest representation: a double where it is exact, null on overflow. */
export function fromDecimal(coefficient: bigint, exponent: number): FeelNumber | null {
  let text = (coefficient < 0n ? -coefficient : coefficient).toString();
  if (text.length > PRECISION) {
    const excess = text.length - PRECISION;
    coefficient = divideRounded(coefficient, powerOfTen(excess), 'half-even');
    exponent += excess;
    text = (coefficient < 0n ? -coefficient : coefficient).toString();
  }
  if (coefficient === 0n) return 0;
  let zeros = 0;
  while (text.charCodeAt(text.length - 1 - zeros) === 48) zeros++;
  if (zeros > 0) {
    text = text.slice(0, -zeros);
    coefficient /= powerOfTen(zeros);
    exponent += zeros;
  }
  const magnitude = text.length + exponent;
  if (magnitude > MAX_EXPONENT + 1) return null;
  if (magnitude < -MAX_EXPONENT) return 0;
  if ((text.length <= 15 && magnitude > -300 && magnitude <= 300) || (exponent >= 0 && magnitude <= 15)) {
    return Number(`${coefficient < 0n ? '-' : ''}${text}e${exponent}`);
  }
  if (exponent >= 0 && magnitude <= 16) {
    const whole = Number(coefficient * powerOfTen(exponent));
    if (Number.isSafeInteger(whole)) return whole;
  }
  return new Decimal(coefficient, exponent);
}

/** Coefficients of two decimals brought to the smaller exponent; null where they are too far apart to matter. */
function aligned(left: Decimal, right: Decimal): { left: bigint; right: bigint; exponent: number } | null {
  const distance = left.exponent - right.exponent;
  if (distance === 0) return { left: left.coefficient, right: right.coefficient, exponent: left.exponent };
  if (Math.abs(distance) > 400) return null;
  return distance > 0
    ? { left: left.coefficient * powerOfTen(distance), right: right.coefficient, exponent: right.exponent }
    : { left: left.coefficient, right: right.coefficient * powerOfTen(-distance), exponent: left.exponent };
}

/** The larger in magnitude of two decimals whose sum it dominates. */
function dominant(left: Decimal, right: Decimal): Decimal {
  if (left.coefficient === 0n) return right;
  if (right.coefficient === 0n) return left;
  return digitCount(left.coefficient) + left.exponent >= digitCount(right.coefficient) + right.exponent
    ? left
    : right;
}

/** Sum. */
export function addDecimal(left: Decimal, right: Decimal): FeelNumber | null {
  const pair = aligned(left, right);
  if (pair) return fromDecimal(pair.left + pair.right, pair.exponent);
  const only = dominant(left, right);
  return fromDecimal(only.coefficient, only.exponent);
}

/** Product. */
export function multiplyDecimal(left: Decimal, right: Decimal): FeelNumber | null {
  return fromDecimal(left.coefficient * right.coefficient, left.exponent + right.exponent);
}

/** Quotient; null where the divisor is zero. */
export function divideDecimal(left: Decimal, right: Decimal): FeelNumber | null {
  if (right.coefficient === 0n) return null;
  const shift = Math.max(0, PRECISION + 2 + digitCount(right.coefficient) - digitCount(left.coefficient));
  const dividend = left.coefficient * powerOfTen(shift);
  let quotient = dividend / right.coefficient;
  let exponent = left.exponent - right.exponent - shift;
  if (dividend % right.coefficient !== 0n) {
    // A sticky digit keeps a truncated quotient from looking like an exact half.
    quotient = quotient * 10n + (dividend < 0n !== right.coefficient < 0n ? -1n : 1n);
    exponent -= 1;
  }
  return fromDecimal(quotient, exponent);
}

/** Negative, zero or positive as left is less than, equal to or greater than right. */
export function compareDecimal(left: Decimal, right: Decimal): number {
  const leftSign = left.coefficient === 0n ? 0 : left.coefficient < 0n ? -1 : 1;
  const rightSign = right.coefficient === 0n ? 0 : right.coefficient < 0n ? -1 : 1;
  if (leftSign !== rightSign) return leftSign - rightSign;
  const pair = aligned(left, right);
  if (!pair) return dominant(left, right) === left ? leftSign : -leftSign;
  return pair.left === pair.right ? 0 : pair.left < pair.right ? -1 : 1;
}

/** Rounds to a number of fraction digits (negative: tens, hundreds …). */
export function roundDecimal(value: Decimal, scale: number, rounding: Rounding): FeelNumber | null {
  if (-value.exponent <= scale) return fromDecimal(value.coefficient, value.exponent);
  const excess = -value.exponent - scale;
  if (excess > 8000) return 0;
  return fromDecimal(divideRounded(value.coefficient, powerOfTen(excess), rounding), -scale);
}
