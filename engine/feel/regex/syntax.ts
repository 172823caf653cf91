/**
 * Regular expressions of XPath (W3C F&O 3.1, 5.6.1; XML Schema part 2, appendix F), which FEEL's `matches`, `replace` and
 * `split` take. JavaScript's differ (class subtraction, `\i`, `\c`, the flags x and q, line ends), and can't be bounded in time.
 */
import { classEscape, readClass, type CodeSet } from './char-class.js';

/** A part of a pattern. */
export type Pattern =
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'set'; readonly has: CodeSet }
  | { readonly kind: 'dot' }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'back'; readonly group: number }
  | { readonly kind: 'group'; readonly index: number | null; readonly body: Pattern }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly body: Pattern;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

/** Most repetitions that may be written as a number. */
const MAX_COUNT = 10_000;

/** What the reading of a pattern has seen so far. */
interface Reader {
  readonly codes: readonly number[];
  at: number;
  groups: number;
  readonly closed: Set<number>;
  depth: number;
}

/** Thrown within this folder at a text that is no pattern; callers get null. */
export class PatternError extends Error {}

const code = (character: string): number => character.codePointAt(0) as number;
const is = (reader: Reader, character: string): boolean => reader.codes[reader.at] === code(character);

function take(reader: Reader, character: string): boolean {
  if (!is(reader, character)) return false;
  reader.at++;
  return true;
}

/** Reads a pattern; throws PatternError where it isn't one. */
export function readPattern(source: string): { pattern: Pattern; groups: number } {
  const reader: Reader = { codes: Array.from(source, code), at: 0, groups: 0, closed: new Set(), depth: 0 };
  const pattern = readChoice(reader);
  if (reader.at < reader.codes.length) throw new PatternError('unbalanced )');
  return { pattern, groups: reader.groups };
}

function readChoice(reader: Reader): Pattern {
  if (++reader.depth > 100) throw new PatternError('too deep');
  const options = [readSequence(reader)];
  while (take(reader, '|')) options.push(readSequence(reader));
  reader.depth--;
  return options.length === 1 ? options[0] : { kind: 'choice', options };
}

function readSequence(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  while (reader.at < reader.codes.length && !is(reader, '|') && !is(reader, ')'))
    parts.push(readQuantified(reader));
  return parts.length === 1 ? parts[0] : { kind: 'sequence', parts };
}

function readQuantified(reader: Reader): Pattern {
  const body = readAtom(reader);
  const bounds = readBounds(reader);
  if (bounds === null) return body;
  return { kind: 'repeat', body, ...bounds, lazy: take(reader, '?') };
}

function readBounds(reader: Reader): { min: number; max: number } | null {
  if (take(reader, '?')) return { min: 0, max: 1 };
  if (take(reader, '*')) return { min: 0, max: Infinity };
  if (take(reader, '+')) return { min: 1, max: Infinity };
  if (!take(reader, '{')) return null;
  const min = readCount(reader);
  if (min === null) throw new PatternError('a count is missing');
  const max = take(reader, ',') ? (readCount(reader) ?? Infinity) : min;
  if (!take(reader, '}') || max < min) throw new PatternError('wrong counts');
  return { min, max };
}

function readCount(reader: Reader): number | null {
  let digits = '';
  while (reader.codes[reader.at] >= 48 && reader.codes[reader.at] <= 57)
    digits += String.fromCodePoint(reader.codes[reader.at++]);
  if (digits === '') return null;
  if (Number(digits) > MAX_COUNT) throw new PatternError('the count is too high');
  return Number(digits);
}

function readAtom(reader: Reader): Pattern {
  if (take(reader, '(')) return readGroup(reader);
  if (take(reader, '[')) {
    const result = readClass(reader.codes, reader.at);
    reader.at = result.at;
    return { kind: 'set', has: result.has };
  }
  if (take(reader, '\\')) return readEscape(reader);
  const character = String.fromCodePoint(reader.codes[reader.at]);
  if ('?*+{}]'.includes(character)) throw new PatternError(`${character} has nothing before it`);
  reader.at++;
  if (character === '.') return { kind: 'dot' };
  if (character === '^') return { kind: 'start' };
  if (character === '$') return { kind: 'end' };
  return { kind: 'char', code: code(character) };
}

function readGroup(reader: Reader): Pattern {
  let index: number | null = null;
  if (take(reader, '?')) {
    if (!take(reader, ':')) throw new PatternError('unknown group');
  } else index = ++reader.groups;
  const body = readChoice(reader);
  if (!take(reader, ')')) throw new PatternError('unbalanced (');
  if (index !== null) reader.closed.add(index);
  return { kind: 'group', index, body };
}

function readEscape(reader: Reader): Pattern {
  const next = reader.codes[reader.at];
  if (next >= 48 && next <= 57) return readBackReference(reader);
  const result = classEscape(reader.codes, reader.at);
  reader.at = result.at;
  return 'code' in result ? { kind: 'char', code: result.code } : { kind: 'set', has: result.has };
}

/** As many digits as name a group that there is. */
function readBackReference(reader: Reader): Pattern {
  let group = reader.codes[reader.at++] - 48;
  while (
    reader.codes[reader.at] >= 48 &&
    reader.codes[reader.at] <= 57 &&
    reader.closed.has(group * 10 + reader.codes[reader.at] - 48)
  ) {
    group = group * 10 + reader.codes[reader.at++] - 48;
  }
  if (!reader.closed.has(group)) throw new PatternError('no such group');
  return { kind: 'back', group };
}
