/**
 * FEEL numbers: the fast way. A double stands for the decimal number that its shortest text form shows; with up to 15
 * significant digits that is exact both ways. An operation stays on doubles where its result is provably the
 * double nearest to the exact decimal result: whole numbers within 2^53, and numbers of a few fraction digits, which are
 * scaled to whole numbers first. All else takes the way over `decimal.ts`.
 */
import {
  addDecimal,
  compareDecimal,
  Decimal,
  divideDecimal,
  fromDecimal,
  multiplyDecimal,
  roundDecimal,
  toDecimal,
  type FeelNumber,
  type Rounding,
} from './decimal.js';

/** Scaled whole numbers below this have at most 15 digits, so that a double holds the decimal exactly. */
const EXACT = 1e15;
const CENTS = 100;
const MICROS = 1e6;

/** True where the value is a FEEL number. */
export function isNumber(value: unknown): value is FeelNumber {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}

/** The smallest supported scale (1, 100, 1e6) that makes both values whole; 0 where none does. */
function commonScale(left: number, right: number): number {
  if (Math.round(left * CENTS) / CENTS === left && Math.round(right * CENTS) / CENTS === right) return CENTS;
  if (Math.round(left * MICROS) / MICROS === left && Math.round(right * MICROS) / MICROS === right)
    return MICROS;
  return 0;
}

/** Sum; null on overflow of 34 digits and exponent 6144. */
export function add(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return sum;
    const scale = commonScale(left, right);
    if (scale !== 0) {
      const scaled = Math.round(left * scale) + Math.round(right * scale);
      if (Math.abs(left * scale) < EXACT && Math.abs(right * scale) < EXACT && Math.abs(scaled) < EXACT)
        return scaled / scale;
    }
  }
  return addDecimal(toDecimal(left), toDecimal(right));
}

/** The number with its sign turned; never negative zero. */
export function negate(value: FeelNumber): FeelNumber {
  if (typeof value === 'number') return 0 - value;
  return typeof value === 'bigint' ? -value : new Decimal(-value.coefficient, value.exponent);
}

/** Difference; null on overflow. */
export function subtract(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  return add(left, negate(right));
}

/** Product; null on overflow. */
export function multiply(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    if (Number.isInteger(left) && Number.isInteger(right) && Number.isSafeInteger(product))
      return product + 0;
    const scale = commonScale(left, right);
    if (scale !== 0) {
      const scaled = Math.round(left * scale) * Math.round(right * scale);
      if (Math.abs(scaled) < EXACT && Math.abs(left * scale) < EXACT && Math.abs(right * scale) < EXACT) {
        return scaled / (scale * scale) + 0;
      }
    }
  }
  return multiplyDecimal(toDecimal(left), toDecimal(right));
}

/** Quotient to 34 digits; null where the divisor is zero or the result overflows. */
export function divide(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (right === 0) return null;
  if (typeof left === 'number' && typeof right === 'number') {
    const quotient = left / right;
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
      if (Number.isInteger(quotient) && quotient * right === left) return quotient + 0;
      const scaled = Math.round(quotient * MICROS);
      if (
        Math.abs(scaled) < EXACT &&
        Math.abs(left) < 9e9 &&
        scaled * right === left * MICROS &&
        Math.abs(scaled * right) < Number.MAX_SAFE_INTEGER
      ) {
        return scaled / MICROS;
      }
    }
  }
  return divideDecimal(toDecimal(left), toDecimal(right));
}

/** Negative, zero or positive as left is less than, equal to or greater than right. */
export function compareNumbers(left: FeelNumber, right: FeelNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0;
  return compareDecimal(toDecimal(left), toDecimal(right));
}

/** The whole part towards minus infinity. */
export function floor(value: FeelNumber): FeelNumber | null {
  return typeof value === 'number' ? Math.floor(value) + 0 : roundDecimal(toDecimal(value), 0, 'floor');
}

/** Rounds to `scale` fraction digits; null on overflow. */
export function round(value: FeelNumber, scale: number, rounding: Rounding): FeelNumber | null {
  if (typeof value === 'number' && scale >= 0 && Number.isInteger(value)) return value;
  return roundDecimal(toDecimal(value), scale, rounding);
}

/** left - right * floor(left / right): the result has the sign of the divisor (DMN 1.5, table 76). */
export function modulo(left: FeelNumber, right: FeelNumber): FeelNumber | null {
  if (right === 0) return null;
  if (
    typeof left === 'number' &&
    typeof right === 'number' &&
    Number.isSafeInteger(left) &&
    Number.isSafeInteger(right)
  ) {
    const rest = left % right;
    return (rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest) + 0;
  }
  const quotient = divide(left, right);
  const whole = quotient === null ? null : floor(quotient);
  const product = whole === null ? null : multiply(right, whole);
  return product === null ? null : subtract(left, product);
}

/** True where the number has no fraction. */
export function isWhole(value: FeelNumber): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return typeof value === 'bigint' || value.exponent >= 0;
}

/** The nearest double, for indexes, irrational functions and JSON. */
export function toDouble(value: FeelNumber): number {
  if (typeof value === 'object') return Number(`${value.coefficient}e${value.exponent}`) + 0;
  return Number(value);
}

/** A double of our own making (JSON, an irrational function) as a FEEL number; null where it isn't finite. */
export function fromDouble(value: number): FeelNumber | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** Reads digits, optional fraction and exponent with optional sign; null where the text is not a number or overflows. */
export function parseNumber(text: string): FeelNumber | null {
  const match = /^([+-]?)(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match || (match[2] === '' && match[3] === undefined)) return null;
  const fraction = match[3] ?? '';
  const digits = match[2] + fraction;
  if (digits.length <= 15 && match[4] === undefined) return Number(text) + 0;
  const exponent = Number(match[4] ?? 0) - fraction.length;
  if (digits.length > 10_000) return null;
  if (Math.abs(exponent) > 20_000) return /^0*$/.test(digits) ? 0 : exponent < 0 ? 0 : null;
  return fromDecimal(BigInt(match[1] === '-' ? `-${digits}` : digits), exponent);
}

/** Plain decimal text without exponent, as FEEL's string() prints numbers. */
export function numberToString(value: FeelNumber): string {
  if (typeof value === 'number' && Math.abs(value) < 1e21 && (Math.abs(value) >= 1e-6 || value === 0))
    return String(value + 0);
  const { coefficient, exponent } = toDecimal(value);
  const sign = coefficient < 0n ? '-' : '';
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString();
  if (exponent >= 0) return `${sign}${digits}${'0'.repeat(exponent)}`;
  const padded = digits.padStart(1 - exponent, '0');
  const point = padded.length + exponent;
  return `${sign}${padded.slice(0, point)}.${padded.slice(point).replace(/0+$/, '')}`.replace(/\.$/, '');
}
