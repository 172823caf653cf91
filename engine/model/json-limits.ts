/**
 * What JSON has to be to be kept: a reader gives more than that. Whatever comes from outside, and whatever is made
 * inside, is held against the same limits.
 */
import { writeJson } from './exact-json.js';
import type { JsonValue } from './json.js';

/** How deep lists and objects may stand in each other in a value: all that walks through values has room for it. */
export const MOST_LEVELS = 500;

/** What cannot be kept, and where: the names and numbers that lead there, in order. */
export interface JsonFault {
  readonly kind: 'too deep' | 'no number' | 'too many digits' | 'null character';
  readonly place: readonly string[];
}

/** What was found out about a value. */
export interface JsonFinding {
  readonly fault: JsonFault | null;
  /** Whether all of its texts and names are Unicode: none has a lone surrogate. Told where there is no fault. */
  readonly isUnicode: boolean;
}

/** Whole numbers beyond these, those of 64 bits with a sign, are kept where a double shows them, and nowhere else. */
const LEAST_WHOLE = -(2n ** 63n);
const GREATEST_WHOLE = 2n ** 63n - 1n;

/** Whether a whole number that no double shows can be kept. */
export function isKept(value: bigint): boolean {
  return value >= LEAST_WHOLE && value <= GREATEST_WHOLE;
}

/** Looks through a value that `readJson` may have given, down to `levels`; never deeper, however deep it is. */
export function inspectJson(value: unknown, levels: number = MOST_LEVELS): JsonFinding {
  let isUnicode = true;
  const faultIn = (text: string): boolean => {
    if (!text.isWellFormed()) isUnicode = false;
    return text.includes('\0');
  };
  const look = (part: unknown, left: number): { kind: JsonFault['kind']; place: string[] } | null => {
    if (typeof part === 'string') return faultIn(part) ? { kind: 'null character', place: [] } : null;
    if (typeof part === 'number') return Number.isFinite(part) ? null : { kind: 'no number', place: [] };
    if (typeof part === 'bigint') return isKept(part) ? null : { kind: 'too many digits', place: [] };
    if (typeof part !== 'object' || part === null) return null;
    if (left === 0) return { kind: 'too deep', place: [] };
    for (const name of Object.keys(part)) {
      if (faultIn(name)) return { kind: 'null character', place: [writeJson(name)] };
      const found = look((part as Record<string, unknown>)[name], left - 1);
      if (!found) continue;
      found.place.unshift(name);
      return found;
    }
    return null;
  };
  return { fault: look(value, levels), isUnicode };
}

/** The value with U+FFFD in the place of every lone surrogate. Of names that become equal, the last one stays. */
export function toUnicode(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toUnicode);
  const entries = Object.entries(value).map(
    ([name, property]) =>
      [name.toWellFormed(), property === undefined ? property : toUnicode(property)] as const,
  );
  return Object.fromEntries(entries);
}

/** How many places of a fault a sentence names: the rest of a deep one tells nobody anything. */
const PLACES_NAMED = 5;

/** A sentence about a fault, without its full stop; `around` is what stands for the value itself. */
export function describeFault({ kind, place }: JsonFault, around: string, levels = MOST_LEVELS): string {
  const named = place.slice(0, PLACES_NAMED).join('.') + (place.length > PLACES_NAMED ? '.…' : '');
  return `${named || around}: ${FAULTS[kind](levels)}`;
}

const FAULTS: Readonly<Record<JsonFault['kind'], (levels: number) => string>> = {
  'too deep': (levels) => `is nested deeper than ${levels} levels. Send it flatter, or as a text`,
  'no number': () => 'is a number beyond the range of a double. Send a smaller one, or a text',
  'too many digits': () =>
    'is a whole number beyond 64 bits, from -9223372036854775808 to 9223372036854775807. Send it as a text',
  'null character': () => 'has the character U+0000. Leave it out',
};
