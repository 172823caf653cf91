/** FEEL values to JSON and back. JSON has no dates: temporal values become their ISO texts and stay texts on the way in. */
import { wholeNumber } from '../model/exact-json.js';
import type { JsonValue } from '../model/json.js';
import { isKept, MOST_LEVELS } from '../model/json-limits.js';
import { FeelDigitsError, FeelLevelsError } from './limits.js';
import { freshMeter, type Meter } from './meter.js';
import { isNumber, toDouble } from './number/number.js';
import { Decimal, digitCount, PRECISION, powerOfTen, type FeelNumber } from './number/decimal.js';
import { temporalToText, toText } from './to-text.js';
import { FeelFunction, FeelRange, isContext, setEntry } from './values.js';

/**
 * A FEEL value as JSON. A whole number is exact; one with a fraction of more digits than a double holds, or of more
 * digits than FEEL holds, becomes the nearest double; a range becomes its
 * text; a function becomes null; a lone surrogate in a text becomes U+FFFD. Contexts and lists that are JSON already are
 * returned as they are. Throws FeelLimitError for a value of too many parts, FeelLevelsError for one nested deeper than
 * `levels`, FeelDigitsError for a whole number that cannot be kept.
 */
export function toJson(value: unknown, meter: Meter = freshMeter(), levels = MOST_LEVELS): JsonValue {
  switch (typeof value) {
    case 'string':
      return value.toWellFormed();
    case 'boolean':
      return value;
    case 'number':
      return finite(value);
    case 'bigint':
      return whole(value);
    case 'object':
      return value === null ? null : objectToJson(value, meter, levels);
    default:
      return null;
  }
}

function objectToJson(value: object, meter: Meter, levels: number): JsonValue {
  if (levels === 0 && (Array.isArray(value) || isContext(value))) throw new FeelLevelsError();
  if (Array.isArray(value)) {
    meter.spend(value.length + 1);
    const items = value.map((item) => toJson(item, meter, levels - 1));
    return items.every((item, index) => Object.is(item, value[index])) ? (value as JsonValue[]) : items;
  }
  if (isContext(value)) {
    let changed = false;
    const result: Record<string, JsonValue> = {};
    meter.spend(1);
    for (const name of Object.keys(value)) {
      meter.spend(1);
      const entry = value[name];
      const json = toJson(entry, meter, levels - 1);
      if (!Object.is(json, entry) || !name.isWellFormed()) changed = true;
      setEntry(result, name.toWellFormed(), json);
    }
    return changed ? result : (value as { [name: string]: JsonValue });
  }
  if (isNumber(value)) return numberToJson(value);
  if (value instanceof FeelRange) return toText(value, meter);
  if (value instanceof FeelFunction) return null;
  return temporalToText(value);
}

/** A decimal of 34 digits without a fraction is the number itself; with more places it was rounded before. */
function numberToJson(value: FeelNumber): JsonValue {
  const isExact =
    value instanceof Decimal &&
    value.exponent >= 0 &&
    digitCount(value.coefficient) + value.exponent <= PRECISION;
  return isExact ? whole(value.coefficient * powerOfTen(value.exponent)) : finite(toDouble(value));
}

function whole(value: bigint): number | bigint {
  const number = wholeNumber(value);
  if (typeof number === 'bigint' && !isKept(number)) throw new FeelDigitsError(number);
  return number;
}

/** JSON knows no infinity and no negative zero. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** A parsed JSON value as a FEEL value: itself. Numbers that aren't finite become null. */
export function fromJson(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
