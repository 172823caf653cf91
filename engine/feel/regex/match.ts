/**
 * Matching by backtracking with a count of steps, so that no pattern can take the server's time: beyond the count a
 * FeelLimitError is thrown. Repetitions of single characters run as loops, all else by continuation.
 */
import { FeelLimitError } from '../limits.js';
import type { Pattern } from './syntax.js';

/** Steps one use of a pattern may take, and depth of open continuations. */
export const MAX_STEPS = 1_000_000;
const MAX_DEPTH = 3_000;

/** The flags of XPath that bear on matching. */
export interface Flags {
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly ignoreCase: boolean;
}

/** A text under search: its code points, the groups found, the steps taken. */
export interface Search {
  readonly codes: ArrayLike<number>;
  /** Start and end of each group, -1 where unset; group n at 2n and 2n+1. */
  groups: number[];
  steps: number;
  depth: number;
}

type Continuation = (at: number) => boolean;
type Matcher = (search: Search, at: number, next: Continuation) => boolean;
type OneCharacter = (codePoint: number) => boolean;

const NONE: readonly number[] = [];
const noVariants = (): readonly number[] => NONE;

/** The other cases of a code point. */
function caseVariants(codePoint: number): readonly number[] {
  const character = String.fromCodePoint(codePoint);
  const forms = [
    character.toLowerCase(),
    character.toUpperCase(),
    character.toUpperCase().toLowerCase(),
    character.toLowerCase().toUpperCase(),
  ];
  return forms.map((form) => form.codePointAt(0) as number);
}

/** A matcher of a pattern: calls its continuation with the end of each match until it is content. */
export function matcherOf(pattern: Pattern, flags: Flags): Matcher {
  const one = oneCharacter(pattern, flags);
  if (one !== null)
    return (search, at, next) => at < search.codes.length && one(search.codes[at]) && next(at + 1);
  switch (pattern.kind) {
    case 'start':
      return (search, at, next) =>
        (at === 0 || (flags.multiline && search.codes[at - 1] === 10 && at < search.codes.length)) &&
        next(at);
    case 'end':
      return (search, at, next) =>
        (at === search.codes.length || (flags.multiline && search.codes[at] === 10)) && next(at);
    case 'sequence':
      return sequence(pattern.parts.map((part) => matcherOf(part, flags)));
    case 'choice': {
      const options = pattern.options.map((option) => matcherOf(option, flags));
      return (search, at, next) => options.some((option) => count(search) && option(search, at, next));
    }
    case 'group':
      return group(pattern.index, matcherOf(pattern.body, flags));
    case 'back':
      return backReference(pattern.group, flags);
    case 'repeat': {
      const single = oneCharacter(pattern.body, flags);
      if (single !== null) return repeatSingle(single, pattern.min, pattern.max, pattern.lazy);
      return repeat(matcherOf(pattern.body, flags), pattern.min, pattern.max, pattern.lazy);
    }
    default:
      return () => false;
  }
}

function count(search: Search): true {
  if (++search.steps > MAX_STEPS)
    throw new FeelLimitError(`A regular expression took more than ${MAX_STEPS} steps.`);
  return true;
}

function oneCharacter(pattern: Pattern, flags: Flags): OneCharacter | null {
  const variants = flags.ignoreCase ? caseVariants : noVariants;
  switch (pattern.kind) {
    case 'char': {
      const { code } = pattern;
      if (!flags.ignoreCase) return (codePoint) => codePoint === code;
      return (codePoint) =>
        codePoint === code ||
        variants(codePoint).some((variant) => variant === code || variants(code).includes(variant));
    }
    case 'set': {
      const { has } = pattern;
      return (codePoint) => has(codePoint, variants);
    }
    case 'dot':
      return flags.dotAll ? () => true : (codePoint) => codePoint !== 10 && codePoint !== 13;
    default:
      return null;
  }
}

function sequence(parts: readonly Matcher[]): Matcher {
  const from = (index: number): Matcher => {
    if (index === parts.length) return (_search, at, next) => next(at);
    const rest = from(index + 1);
    return (search, at, next) => parts[index](search, at, (end) => rest(search, end, next));
  };
  return from(0);
}

function group(index: number | null, body: Matcher): Matcher {
  if (index === null) return body;
  return (search, at, next) => {
    const start = search.groups[index * 2];
    const end = search.groups[index * 2 + 1];
    const found = body(search, at, (to) => {
      const inner = [search.groups[index * 2], search.groups[index * 2 + 1]];
      search.groups[index * 2] = at;
      search.groups[index * 2 + 1] = to;
      if (next(to)) return true;
      [search.groups[index * 2], search.groups[index * 2 + 1]] = inner;
      return false;
    });
    if (found) return true;
    search.groups[index * 2] = start;
    search.groups[index * 2 + 1] = end;
    return false;
  };
}

function backReference(index: number, flags: Flags): Matcher {
  return (search, at, next) => {
    const start = search.groups[index * 2];
    const length = start < 0 ? 0 : search.groups[index * 2 + 1] - start;
    if (at + length > search.codes.length) return false;
    for (let offset = 0; offset < length; offset++) {
      const expected = search.codes[start + offset];
      const found = search.codes[at + offset];
      if (
        expected !== found &&
        !(
          flags.ignoreCase &&
          caseVariants(found).some(
            (variant) => variant === expected || caseVariants(expected).includes(variant),
          )
        )
      )
        return false;
    }
    return next(at + length);
  };
}

function repeatSingle(single: OneCharacter, min: number, max: number, lazy: boolean): Matcher {
  return (search, at, next) => {
    const { codes } = search;
    const last = Math.min(codes.length, at + max);
    let end = at;
    const wanted = lazy ? at + min : last;
    while (end < wanted && end < last && count(search) && single(codes[end])) end++;
    if (end < at + min) return false;
    if (!lazy) {
      for (; end >= at + min; end--) if (count(search) && next(end)) return true;
      return false;
    }
    for (;;) {
      if (count(search) && next(end)) return true;
      if (end >= last || !single(codes[end])) return false;
      end++;
    }
  };
}

function repeat(body: Matcher, min: number, max: number, lazy: boolean): Matcher {
  const from = (search: Search, at: number, done: number, next: Continuation): boolean => {
    count(search);
    if (++search.depth > MAX_DEPTH)
      throw new FeelLimitError('A regular expression repeats a group too often.');
    const once = (): boolean =>
      done < max &&
      body(search, at, (end) => (end === at && done >= min ? false : from(search, end, done + 1, next)));
    const enough = done >= min;
    const found = lazy ? (enough && next(at)) || once() : once() || (enough && next(at));
    search.depth--;
    return found;
  };
  return (search, at, next) => from(search, at, 0, next);
}
