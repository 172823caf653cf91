/** Regular expressions as FEEL's built-ins use them: test, replace, split, extract. */
import type { Meter } from '../meter.js';
import { matcherOf, type Search } from './match.js';
import { PatternError, readPattern, type Pattern } from './syntax.js';

/** A pattern ready for use. */
export interface CompiledPattern {
  /** Start and end of each group of the first match from `from` on, null where there is none. */
  readonly find: (search: Search, from: number) => readonly number[] | null;
  readonly groups: number;
}

const MAX_CACHED = 200;
const cache = new Map<string, CompiledPattern | null>();

/** Compiles a pattern with XPath's flags (s, m, i, x, q); null where either is wrong. */
export function compilePattern(source: string, flags: string): CompiledPattern | null {
  const key = `${flags}/${source}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const compiled = compile(source, flags);
  if (cache.size >= MAX_CACHED) cache.clear();
  if (source.length < 1000) cache.set(key, compiled);
  return compiled;
}

function compile(source: string, flags: string): CompiledPattern | null {
  if (!/^[smixq]*$/.test(flags)) return null;
  try {
    const { pattern, groups } = read(source, flags);
    const matcher = matcherOf(pattern, {
      dotAll: flags.includes('s'),
      multiline: flags.includes('m'),
      ignoreCase: flags.includes('i'),
    });
    return {
      groups,
      find: (search, from) => {
        for (let start = from; start <= search.codes.length; start++) {
          search.groups = new Array<number>(groups * 2 + 2).fill(-1);
          let end = -1;
          search.depth = 0;
          const found = matcher(search, start, (at) => {
            end = at;
            return true;
          });
          if (found) return [start, end, ...search.groups.slice(2)];
        }
        return null;
      },
    };
  } catch (error) {
    if (error instanceof PatternError) return null;
    throw error;
  }
}

function read(source: string, flags: string): { pattern: Pattern; groups: number } {
  if (flags.includes('q')) {
    return {
      pattern: {
        kind: 'sequence',
        parts: Array.from(source, (character) => ({
          kind: 'char',
          code: character.codePointAt(0) as number,
        })),
      },
      groups: 0,
    };
  }
  return readPattern(flags.includes('x') ? withoutSpaces(source) : source);
}

/** Drops white space outside classes, as flag x has it. */
function withoutSpaces(source: string): string {
  let depth = 0;
  let result = '';
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\' && at + 1 < source.length && !/\s/.test(source[at + 1])) {
      result += character + source[++at];
      continue;
    }
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (depth > 0 || !/[ \t\n\r]/.test(character)) result += character;
  }
  return result;
}

const SURROGATE = /[\ud800-\udfff]/;

/** A text to search and how to cut it by positions. */
function textToSearch(text: string): {
  search: Search;
  slice: (from: number, to: number) => string;
  length: number;
} {
  const plain = !SURROGATE.test(text);
  const codes = Uint32Array.from(
    plain ? { length: text.length } : Array.from(text, (character) => character.codePointAt(0) as number),
    (value: number | undefined, at) => (plain ? text.charCodeAt(at) : (value as number)),
  );
  const slice = (from: number, to: number): string =>
    plain
      ? text.slice(from, to)
      : Array.from(codes.slice(from, to), (code) => String.fromCodePoint(code)).join('');
  return { search: { codes, groups: [], steps: 0, depth: 0 }, slice, length: codes.length };
}

/** True where the pattern matches somewhere in the text. */
export function testPattern(pattern: CompiledPattern, text: string, meter: Meter): boolean {
  const { search } = textToSearch(text);
  const found = pattern.find(search, 0) !== null;
  meter.spend(search.steps >> 4);
  return found;
}

/** Every match, in order; an empty match moves on by one character. */
function allMatches(pattern: CompiledPattern, search: Search, meter: Meter): (readonly number[])[] {
  const matches: (readonly number[])[] = [];
  for (let from = 0; from <= search.codes.length;) {
    const match = pattern.find(search, from);
    if (match === null) break;
    matches.push(match);
    from = match[1] === match[0] ? match[1] + 1 : match[1];
  }
  meter.spend(search.steps >> 4);
  return matches;
}

/** Replaces every match. `$1` is a group, `$0` the match, `\$` and `\\` are themselves; null for any other `$` or `\`. */
export function replaceAll(
  pattern: CompiledPattern,
  text: string,
  replacement: string,
  meter: Meter,
): string | null {
  if (!/^(?:[^\\$]|\\[\\$]|\$\d)*$/s.test(replacement)) return null;
  const { search, slice, length } = textToSearch(text);
  let result = '';
  let last = 0;
  for (const match of allMatches(pattern, search, meter)) {
    result += slice(last, match[0]) + expand(replacement, match, pattern.groups, slice);
    last = match[1];
  }
  return result + slice(last, length);
}

function expand(
  replacement: string,
  match: readonly number[],
  groups: number,
  slice: (from: number, to: number) => string,
): string {
  return replacement.replace(/\\([\\$])|\$(\d+)/g, (_, literal: string | undefined, digits: string) => {
    if (literal !== undefined) return literal;
    let used = digits;
    while (used.length > 1 && Number(used) > groups) used = used.slice(0, -1);
    const group = Number(used);
    const found =
      group <= groups && match[group * 2] >= 0 ? slice(match[group * 2], match[group * 2 + 1]) : '';
    return found + digits.slice(used.length);
  });
}

/** The parts of a text between matches. */
export function splitBy(pattern: CompiledPattern, text: string, meter: Meter): string[] {
  const { search, slice, length } = textToSearch(text);
  const parts: string[] = [];
  let last = 0;
  for (const match of allMatches(pattern, search, meter)) {
    if (match[0] === match[1] && (match[0] === 0 || match[0] === length)) continue;
    parts.push(slice(last, match[0]));
    last = match[1];
  }
  parts.push(slice(last, length));
  return parts;
}

/** The texts of all matches. */
export function extractAll(pattern: CompiledPattern, text: string, meter: Meter): string[] {
  const { search, slice } = textToSearch(text);
  return allMatches(pattern, search, meter).map((match) => slice(match[0], match[1]));
}
