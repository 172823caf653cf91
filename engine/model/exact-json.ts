/**
 * JSON (RFC 8259) read and written without a change of its whole numbers. `JSON.parse` makes a double of every number,
 * and so another number of one beyond 2^53. Here a number stays a double where a double shows the very same number, and
 * a whole number that none shows becomes a `bigint`, which only this writer takes: `JSON.stringify` refuses it.
 * All process data is read and written here (docs/decisions/0059-exact-whole-numbers.md).
 */
import type { JsonValue } from './json.js';

/** A number of so many digits, where a number can stand: one beyond 2^53 has at least 16. In a text it may be meant otherwise. */
const MAY_BE_LONG = /(?:^|[\s:,[])-?\d{16}/;

/** More digits than any finite double has: such a number is infinite, as it is to `JSON.parse`. */
const MOST_DIGITS = 309;

/** A text of JSON as its value. Throws a SyntaxError where it is none, as `JSON.parse` does. */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return MAY_BE_LONG.test(text) ? readValid(text) : value;
}

/** A value as JSON, in one line, or indented by so many spaces. Takes what `JSON.stringify` takes, and `bigint`. */
export function writeJson(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value, null, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return write(value, indent === 0 ? '' : '\n', ' '.repeat(indent)) ?? 'null';
  }
}

/** A whole number as a value of JSON: a double where it shows the same number, else itself. */
export function wholeNumber(value: bigint): number | bigint {
  const double = Number(value);
  return shownBy(double) === String(value) ? double : value;
}

/** The digits of the number that a double shows in its shortest text, which has an exponent from 10^21 on. */
function shownBy(double: number): string {
  const text = String(double);
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d)(?:\.(\d+))?e\+(\d+)$/.exec(text) ?? [];
  return exponent === undefined ? text : `${sign}${whole}${fraction.padEnd(Number(exponent), '0')}`;
}

/** A number as it stands in JSON. With a fraction that is not zero, or an exponent, it is the nearest double. */
function readNumber(text: string): number | bigint {
  const double = Number(text);
  if (text.length < 16 || Number.isSafeInteger(double) || text.length > MOST_DIGITS) return double;
  const [, digits] = /^(-?\d+)(?:\.0+)?$/.exec(text) ?? [];
  return digits === undefined || digits === shownBy(double) ? double : BigInt(digits);
}

/** A list or an object of which the end has not been read. */
interface Open {
  readonly into: unknown[] | Record<string, unknown>;
  /** The name that waits for its value. */
  name: string | null;
}

/** Reads a text that is known to be JSON. Without recursion, so that it is as deep as it likes. */
function readValid(text: string): unknown {
  const open: Open[] = [];
  let result: unknown;
  const put = (value: unknown): void => {
    const around = open.at(-1);
    if (around === undefined) result = value;
    else if (Array.isArray(around.into)) around.into.push(value);
    else if (around.name === null) around.name = value as string;
    else {
      setOwn(around.into, around.name, value);
      around.name = null;
    }
  };
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === OBJECT || code === LIST) open.push({ into: code === OBJECT ? {} : [], name: null });
    else if (code === END_OF_OBJECT || code === END_OF_LIST) put(open.pop()?.into);
    else if (code > SPACE && code !== COMMA && code !== COLON) {
      const end = code === QUOTE ? endOfString(text, at) : endOfWord(text, at);
      put(code === QUOTE ? readString(text, at, end) : readWord(text.slice(at, end)));
      at = end;
      continue;
    }
    at += 1;
  }
  return result;
}

/** The signs of JSON by their codes; up to the space there is white space only. */
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const LIST = 91;
const END_OF_LIST = 93;
const OBJECT = 123;
const END_OF_OBJECT = 125;

function readString(text: string, from: number, to: number): string {
  const inside = text.slice(from + 1, to - 1);
  return inside.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : inside;
}

/** What is none of three words is a number. */
function readWord(word: string): unknown {
  if (word === 'true') return true;
  if (word === 'false') return false;
  return word === 'null' ? null : readNumber(word);
}

/** As `JSON.parse` sets it: a property of the object's own, whatever its name. */
function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    while (text[before - 1] === '\\') before -= 1;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
}

function endOfWord(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= SPACE || code === COMMA || code === END_OF_LIST || code === END_OF_OBJECT) break;
  }
  return at;
}

/** Writes as `JSON.stringify` does; `line` is the line break with its indent, empty for one line. */
function write(value: unknown, line: string, indent: string): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (hasOwnForm(value)) return write(value.toJSON(), line, indent);
  const inner = line + indent;
  const comma = `,${inner}`;
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? inner : comma}${write(item, inner, indent) ?? 'null'}`;
    return text === '' ? '[]' : `[${text}${line}]`;
  }
  const colon = line === '' ? ':' : ': ';
  for (const name of Object.keys(value)) {
    const entry = write((value as Readonly<Record<string, unknown>>)[name], inner, indent);
    if (entry !== undefined) text += `${text === '' ? inner : comma}${quoted(name)}${colon}${entry}`;
  }
  return text === '' ? '{}' : `{${text}${line}}`;
}

/** Letters, digits and signs that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function hasOwnForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** The value with the nearest double in the place of each whole number that no double shows: for what only compares sizes. */
export function withDoubles(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withDoubles);
  const entries = Object.entries(value).map(
    ([name, entry]) => [name, entry === undefined ? entry : withDoubles(entry)] as const,
  );
  return Object.fromEntries(entries);
}
