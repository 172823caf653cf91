/**
 * An index over one column of a decision table: from a value to the set of rules that can match it, found without asking
 * each rule. Conditions that are texts, truths, numbers and ranges of numbers are indexed; a rule with any other condition
 * is always a candidate and is asked itself.
 */
import type { Node } from '../../feel/parse/ast.js';
import { addRule, emptySet, unite, type RuleSet } from './bits.js';

/** A condition as the index sees it: any value, some constants and spans of numbers, or null where it must be asked. */
export type Shape =
  | { readonly any: true }
  | {
      readonly any: false;
      readonly constants: readonly (string | boolean)[];
      readonly spans: readonly Span[];
    }
  | null;

/** Numbers from `low` to `high`. */
export interface Span {
  readonly low: number;
  readonly high: number;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
}

/** Finds candidates in a column. */
export interface ColumnIndex {
  /** The rules that may match; null where the value isn't one the index knows, so that all must be asked. */
  candidates(value: unknown): RuleSet | null;
  /** Rules to be asked themselves, by number. */
  readonly asked: readonly boolean[];
}

/** Spans times rules beyond this are not indexed: the sets would take more memory than they are worth. */
const MAX_BITS = 64_000_000;

/** The shape of a condition's syntax. */
export function shapeOf(node: Node): Shape {
  if (node.kind === 'any') return { any: true };
  if (node.kind !== 'tests' || node.negated) return null;
  const constants: (string | boolean)[] = [];
  const spans: Span[] = [];
  for (const test of node.tests) {
    const span = spanOf(test);
    if (span !== null) spans.push(span);
    else if (test.kind === 'string' || test.kind === 'boolean') constants.push(test.value);
    else return null;
  }
  return { any: false, constants, spans };
}

/** Beyond 2^53 a double and a number beside it may be one to the index: such a condition is asked. */
function constant(node: Node): number | null {
  if (node.kind === 'number')
    return typeof node.value === 'number' && Math.abs(node.value) <= Number.MAX_SAFE_INTEGER
      ? node.value
      : null;
  if (node.kind !== 'negate') return null;
  const value = constant(node.operand);
  return value === null ? null : 0 - value;
}

function spanOf(node: Node): Span | null {
  if (node.kind === 'test') {
    const end = constant(node.operand);
    if (end === null || node.operator === '!=') return null;
    if (node.operator === '=') return { low: end, high: end, lowIncluded: true, highIncluded: true };
    const upwards = node.operator.startsWith('>');
    const included = node.operator.endsWith('=');
    return upwards
      ? { low: end, high: Infinity, lowIncluded: included, highIncluded: true }
      : { low: -Infinity, high: end, lowIncluded: true, highIncluded: included };
  }
  if (node.kind === 'range') {
    const low = constant(node.start);
    const high = constant(node.end);
    return low === null || high === null
      ? null
      : { low, high, lowIncluded: node.startIncluded, highIncluded: node.endIncluded };
  }
  const value = constant(node);
  return value === null ? null : { low: value, high: value, lowIncluded: true, highIncluded: true };
}

/** Builds the index of a column from the shapes of its conditions, in the order of the rules. */
export function indexColumn(shapes: readonly Shape[]): ColumnIndex {
  const rules = shapes.length;
  const always = emptySet(rules);
  const asked = shapes.map((shape) => shape === null);
  const byConstant = new Map<string | boolean, RuleSet>();
  for (const [rule, shape] of shapes.entries()) {
    if (shape === null || shape.any) addRule(always, rule);
    else for (const value of shape.constants) addRule(setFor(byConstant, value, rules), rule);
  }
  for (const set of byConstant.values()) unite(set, always);
  const numbers = indexSpans(shapes, always);
  return {
    asked,
    candidates: (value) => {
      if (typeof value === 'number') return numbers === null ? null : numbers(value);
      if (typeof value === 'string' || typeof value === 'boolean') return byConstant.get(value) ?? always;
      return null;
    },
  };
}

function setFor(sets: Map<string | boolean, RuleSet>, value: string | boolean, rules: number): RuleSet {
  const known = sets.get(value);
  if (known) return known;
  const made = emptySet(rules);
  sets.set(value, made);
  return made;
}

/** The number line cut at every end of a span; a set for each cut and for each gap between two. */
function indexSpans(shapes: readonly Shape[], always: RuleSet): ((value: number) => RuleSet) | null {
  const spans = shapes.flatMap((shape, rule) =>
    shape === null || shape.any ? [] : shape.spans.map((span) => ({ ...span, rule })),
  );
  if (spans.length === 0) return () => always;
  const cuts = [...new Set(spans.flatMap((span) => [span.low, span.high]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const places = cuts.length * 2 + 1;
  if (places * shapes.length > MAX_BITS) return null;
  const sets = Array.from({ length: places }, () => always.slice());
  const positions = new Map(cuts.map((cut, index) => [cut, index]));
  // Place 2i+1 is the cut i itself, place 2i the gap before it.
  const place = (cut: number): number => (positions.get(cut) as number) * 2 + 1;
  for (const span of spans) {
    const from = span.low === -Infinity ? 0 : place(span.low) + (span.lowIncluded ? 0 : 1);
    const to = span.high === Infinity ? places - 1 : place(span.high) - (span.highIncluded ? 0 : 1);
    for (let at = from; at <= to; at++) addRule(sets[at], span.rule);
  }
  return (value) => sets[placeOf(cuts, value)];
}

function placeOf(cuts: readonly number[], value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle] < value) low = middle + 1;
    else high = middle;
  }
  return cuts[low] === value ? low * 2 + 1 : low * 2;
}
