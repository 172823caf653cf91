/** Character classes: `[a-z-[aeiou]]`, `\p{Lu}`, `\p{IsGreek}`, `\i`, `\c` and the like. */
import { PatternError } from './syntax.js';
import { unicodeBlock } from './blocks.js';

/** Membership of a code point. The test is asked for every case variant where case doesn't count. */
export type CodeSet = (codePoint: number, variants: (codePoint: number) => readonly number[]) => boolean;

type Escape = { readonly at: number; readonly code: number } | { readonly at: number; readonly has: CodeSet };

const code = (character: string): number => character.codePointAt(0) as number;

const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

/** A set given by a JavaScript pattern that one character matches. */
function byPattern(source: string, negated: boolean): CodeSet {
  const pattern = new RegExp(`^${source}$`, 'u');
  return (codePoint) => pattern.test(String.fromCodePoint(codePoint)) !== negated;
}

const NAME_START = '[:_\\p{L}\\p{Nl}]';
const NAME = '[:_\\-.\\u00b7\\p{L}\\p{M}\\p{N}]';
const SHORTHANDS: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  s: '[ \\t\\n\\r]',
  w: '[^\\p{P}\\p{Z}\\p{C}]',
  i: NAME_START,
  c: NAME,
};
const CATEGORY = /^(?:C[cfno]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/** Reads what follows a backslash, from `at` on. */
export function classEscape(codes: readonly number[], at: number): Escape {
  if (at >= codes.length) throw new PatternError('a backslash ends the pattern');
  const character = String.fromCodePoint(codes[at]);
  const control = CONTROLS[character];
  if (control !== undefined) return { at: at + 1, code: control };
  const shorthand = SHORTHANDS[character.toLowerCase()];
  if (shorthand !== undefined)
    return { at: at + 1, has: byPattern(shorthand, character !== character.toLowerCase()) };
  if (character === 'p' || character === 'P') return property(codes, at + 1, character === 'P');
  if (/[\p{L}\p{N}\s]/u.test(character)) throw new PatternError(`\\${character} means nothing`);
  return { at: at + 1, code: codes[at] };
}

function property(codes: readonly number[], from: number, negated: boolean): Escape {
  const end = codes.indexOf(code('}'), from);
  if (codes[from] !== code('{') || end < 0) throw new PatternError('a property needs braces');
  const name = String.fromCodePoint(...codes.slice(from + 1, end));
  if (CATEGORY.test(name)) return { at: end + 1, has: byPattern(`\\p{${name}}`, negated) };
  const block = name.startsWith('Is') ? unicodeBlock(name.slice(2)) : null;
  if (block === null) throw new PatternError(`no property ${name}`);
  return { at: end + 1, has: (codePoint) => (codePoint >= block[0] && codePoint <= block[1]) !== negated };
}

/** Reads a class after its opening bracket. */
export function readClass(codes: readonly number[], from: number): { at: number; has: CodeSet } {
  let at = from;
  const negated = codes[at] === code('^');
  if (negated) at++;
  const sets: CodeSet[] = [];
  let subtracted: CodeSet | null = null;
  const first = at;
  while (codes[at] !== code(']')) {
    if (at >= codes.length) throw new PatternError('unbalanced [');
    if (codes[at] === code('-') && codes[at + 1] === code('[')) {
      if (at === first) throw new PatternError('nothing to subtract from');
      const inner = readClass(codes, at + 2);
      subtracted = inner.has;
      at = inner.at;
      if (codes[at] !== code(']')) throw new PatternError('a subtraction ends a class');
      break;
    }
    at = readItem(codes, at, first, sets);
  }
  if (sets.length === 0) throw new PatternError('an empty class');
  const without = subtracted;
  return {
    at: at + 1,
    has: (codePoint, variants) =>
      sets.some((set) => set(codePoint, variants)) !== negated &&
      !(without !== null && without(codePoint, variants)),
  };
}

function readItem(codes: readonly number[], at: number, first: number, sets: CodeSet[]): number {
  const start = readMember(codes, at, first);
  if (!('code' in start)) {
    sets.push(start.has);
    return start.at;
  }
  const next = codes[start.at + 1];
  if (codes[start.at] !== code('-') || next === code(']') || next === code('[') || next === undefined) {
    sets.push(rangeSet(start.code, start.code));
    return start.at;
  }
  const end = readMember(codes, start.at + 1, first);
  if (!('code' in end) || end.code < start.code) throw new PatternError('a range runs backwards');
  sets.push(rangeSet(start.code, end.code));
  return end.at;
}

function readMember(codes: readonly number[], at: number, first: number): Escape {
  if (codes[at] === code('\\')) {
    const digit = codes[at + 1];
    if (digit >= 48 && digit <= 57) throw new PatternError('a class holds no back-references');
    return classEscape(codes, at + 1);
  }
  if (codes[at] === code('[')) throw new PatternError('a class within a class');
  if (codes[at] === code('-') && at !== first && codes[at + 1] !== code(']'))
    throw new PatternError('a hyphen in the middle of a class');
  return { at: at + 1, code: codes[at] };
}

function rangeSet(from: number, to: number): CodeSet {
  return (codePoint, variants) => {
    if (codePoint >= from && codePoint <= to) return true;
    return variants(codePoint).some((variant) => variant >= from && variant <= to);
  };
}
