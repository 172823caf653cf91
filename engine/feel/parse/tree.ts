/**
 * Text to the grammar's tree: `lezer-feel` in the Camunda dialect, told of the names that it can't read by itself. The
 * grammar recovers from errors; here the first error is a problem with line, column and, where it can be found by
 * trial, the token that was expected.
 */
import { MAX_SOURCE_LENGTH } from '../limits.js';
import { followingTracker, grammar, parseWith, type NameTracker, type TreeNode } from './grammar.js';
import { nameTracker } from './name-tracker.js';
import { needsTelling, type KnownNames } from './names.js';
import { withoutRangeTypes } from './range-type.js';

/** Where the text isn't FEEL. Line and column count from 1. */
export interface FeelProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** The token that would let the text go on, where one was found. */
  readonly expected?: string;
}

/** What a text is read as. */
export type TopRule = 'Expression' | 'UnaryTests';

/** Built-in functions whose names hold keywords. */
const BUILTINS_WITH_KEYWORDS = { 'get or else': null };

/** Texts up to this length are followed value by value where names with signs make that necessary. */
const MAX_FOLLOWED = 8_000;

type Parse = (source: string) => TreeNode;

/** Reads a text; the returned function can be used for many texts that see the same names. */
export function treeReader(
  top: TopRule,
  names: KnownNames,
): (source: string) => TreeNode | readonly FeelProblem[] {
  const all: KnownNames = { ...BUILTINS_WITH_KEYWORDS, ...names };
  const parserFor = (contextTracker: NameTracker): Parse => {
    const configured = grammar.configure({ top, dialect: 'camunda', contextTracker });
    return (source) => parseWith(configured, withoutRangeTypes(source));
  };
  const quick = parserFor(nameTracker(toldNames(all)));
  const nested = Object.values(names).some((inner) => inner !== null && toldNames(inner).length > 0);
  let following: Parse | null = null;
  const parse: Parse = (source) => {
    const tree = nested ? null : quick(source);
    if (tree !== null && !declaresOddNames(tree, source)) return tree;
    if (source.length > MAX_FOLLOWED) return tree ?? quick(source);
    following ??= parserFor(followingTracker(followed(all)));
    return following(source);
  };
  return (source) => {
    if (source.length > MAX_SOURCE_LENGTH) {
      return [
        { message: `The expression is longer than ${MAX_SOURCE_LENGTH} characters.`, line: 1, column: 1 },
      ];
    }
    const tree = parse(source);
    const error = firstError(tree);
    return error === null ? tree : [describeError(source, error, parse)];
  };
}

/** The names the grammar must be told of, on all levels. */
function toldNames(names: KnownNames): string[] {
  return Object.entries(names).flatMap(([name, inner]) => [
    ...(needsTelling(name) ? [name] : []),
    ...(inner === null ? [] : toldNames(inner)),
  ]);
}

type FollowedNames = { [name: string]: FollowedNames | number };

/** The known names in the form that lezer-feel's own tracker takes. */
function followed(names: KnownNames): FollowedNames {
  const result: FollowedNames = {};
  for (const [name, inner] of Object.entries(names)) {
    if (inner !== null) result[name] = followed(inner);
    else if (needsTelling(name)) result[name] = 1;
  }
  return result;
}

/** True where a key, parameter or iterator of the text has a name that only the following tracker can tell later on. */
function declaresOddNames(tree: TreeNode, source: string): boolean {
  const open: TreeNode[] = [tree];
  for (let node = open.pop(); node; node = open.pop()) {
    const isName = node.name === 'Name' || (node.name === 'Key' && node.firstChild?.name === 'StringLiteral');
    if (isName && needsTelling(source.slice(node.from, node.to).replace(/^"|"$/g, ''))) return true;
    for (let child = node.firstChild; child; child = child.nextSibling) open.push(child);
  }
  return false;
}

/** Offset of the first error in a tree, null where there is none. */
function firstError(tree: TreeNode): number | null {
  const open: TreeNode[] = [tree];
  let first: number | null = null;
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.name === '⚠' && (first === null || node.from < first)) first = node.from;
    for (let child = node.firstChild; child; child = child.nextSibling) open.push(child);
  }
  return first;
}

/** Tokens to try at an error, each with what stands in for it. */
const CANDIDATES: readonly (readonly [expected: string, text: string])[] = [
  ['an expression', ' 0 '],
  [')', ' ) '],
  [']', ' ] '],
  ['}', ' } '],
  ['then', ' then 0 '],
  ['else', ' else 0 '],
  ['return', ' return 0 '],
  ['satisfies', ' satisfies true '],
  ['an operator', ' + '],
  ['in', ' in '],
  ['"', '"'],
  [':', ' : '],
  ['a name', ' x '],
  [',', ' , '],
];

/** A problem at an offset of a text. */
export function problemAt(source: string, at: number, expected?: string): FeelProblem {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  const found = /^\s*(\w+|\S|$)/u.exec(source.slice(at))?.[1] ?? '';
  const seen = found === '' ? 'the end of the expression' : `'${found}'`;
  if (expected === undefined) return { message: `Unexpected ${seen.replace(/^the /, '')}.`, line, column };
  return { message: `Expected ${expected} but found ${seen}.`, line, column, expected };
}

function describeError(source: string, at: number, parse: Parse): FeelProblem {
  return problemAt(source, at, source.length <= 2000 ? expectedAt(source, at, parse) : undefined);
}

/** The candidate that moves the first error farthest to the right, if any moves it. */
function expectedAt(source: string, at: number, parse: (source: string) => TreeNode): string | undefined {
  const rest = source.slice(at);
  let best: string | undefined;
  let farthest = 0;
  for (const [expected, text] of CANDIDATES) {
    const error = firstError(parse(source.slice(0, at) + text + rest));
    const reach = error === null ? Infinity : error - at - text.length;
    if (reach > farthest) {
      farthest = reach;
      best = expected;
    }
  }
  return best;
}
