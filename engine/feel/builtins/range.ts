/** Built-ins on ranges and points (DMN 1.5, table 79), each with all its combinations, and `range`. */
import { compare, equals, includes } from '../equality.js';
import { compileRangeText } from '../range-text.js';
import { FeelRange } from '../values.js';
import { any, define, range, text } from './define.js';

type Relation = (left: FeelRange, right: FeelRange) => boolean | null;

const lessThan = (left: unknown, right: unknown): boolean | null => {
  const order = compare(left, right);
  return order === null ? null : order < 0;
};

const same = (left: unknown, right: unknown): boolean => equals(left, right) === true;

/** A point as the range of itself. */
function asRange(value: unknown): FeelRange {
  return value instanceof FeelRange ? value : new FeelRange(value, value, true, true);
}

/** False where a range starts after it ends, as no relation is then true of it. */
function either(first: boolean | null, second: () => boolean | null): boolean | null {
  if (first === true) return true;
  const other = second();
  return first === null || other === null ? (other === true ? true : null) : other;
}

function defineForAll(name: string, first: string, second: string, relation: Relation): void {
  define(name, [any(first), any(second)], ([left, right]) =>
    left === null || right === null ? null : relation(asRange(left), asRange(right)),
  );
}

const before: Relation = (left, right) =>
  either(lessThan(left.end, right.start), () =>
    same(left.end, right.start)
      ? !left.endIncluded || !right.startIncluded
      : comparable(left.end, right.start),
  );

/** False where the two have an order, null where not. */
function comparable(left: unknown, right: unknown): false | null {
  return compare(left, right) === null ? null : false;
}

defineForAll('before', 'point1', 'point2', before);
defineForAll('after', 'point1', 'point2', (left, right) => before(right, left));

function defineForRanges(name: string, relation: Relation): void {
  define(name, [range('range1'), range('range2')], ([left, right]) => relation(left, right));
}

const meets: Relation = (left, right) =>
  (left.endIncluded && right.startIncluded && same(left.end, right.start)) ||
  comparable(left.end, right.start);
defineForRanges('meets', meets);
defineForRanges('met by', (left, right) => meets(right, left));

const overlaps: Relation = (left, right) => {
  const first = before(left, right);
  const second = before(right, left);
  return first === null || second === null ? null : !first && !second;
};
defineForRanges('overlaps', overlaps);

const overlapsBefore: Relation = (left, right) => {
  const starts = startOrder(left, right);
  const ends = endOrder(left, right);
  const meet = overlaps(left, right);
  return starts === null || ends === null || meet === null
    ? null
    : meet && starts < 0 && ends <= 0 && (ends < 0 || true);
};
defineForRanges('overlaps before', overlapsBefore);
defineForRanges('overlaps after', (left, right) => overlapsBefore(right, left));

/** Order of the starts; an excluded start lies a moment later. */
function startOrder(left: FeelRange, right: FeelRange): number | null {
  const order = left.start === null || right.start === null ? null : compare(left.start, right.start);
  return order === 0 ? Number(right.startIncluded) - Number(left.startIncluded) : order;
}

/** Order of the ends; an excluded end lies a moment earlier. */
function endOrder(left: FeelRange, right: FeelRange): number | null {
  const order = left.end === null || right.end === null ? null : compare(left.end, right.end);
  return order === 0 ? Number(left.endIncluded) - Number(right.endIncluded) : order;
}

const finishes: Relation = (left, right) => {
  const ends = left.end === null || right.end === null ? null : compare(left.end, right.end);
  const starts = startOrder(left, right);
  return ends === null || starts === null
    ? null
    : ends === 0 && left.endIncluded === right.endIncluded && starts >= 0;
};
const starts: Relation = (left, right) => {
  const order = left.start === null || right.start === null ? null : compare(left.start, right.start);
  const ends = endOrder(left, right);
  return order === null || ends === null
    ? null
    : order === 0 && left.startIncluded === right.startIncluded && ends <= 0;
};

define('finishes', [any('point'), range('range')], ([left, right]) =>
  left === null ? null : pointOrRange(left, right, finishes, 'end'));
define('finished by', [range('range'), any('point')], ([left, right]) =>
  right === null ? null : pointOrRange(right, left, finishes, 'end'));
define('starts', [any('point'), range('range')], ([left, right]) =>
  left === null ? null : pointOrRange(left, right, starts, 'start'));
define('started by', [range('range'), any('point')], ([left, right]) =>
  right === null ? null : pointOrRange(right, left, starts, 'start'));

/** A point finishes (starts) a range that includes it as its end (start). */
function pointOrRange(
  value: unknown,
  whole: FeelRange,
  relation: Relation,
  side: 'start' | 'end',
): boolean | null {
  if (value instanceof FeelRange) return relation(value, whole);
  const included = side === 'end' ? whole.endIncluded : whole.startIncluded;
  return compare(value, whole[side]) === null ? null : included && same(value, whole[side]);
}

const contains: Relation = (whole, part) => {
  const from = startOrder(whole, part);
  const to = endOrder(whole, part);
  return from === null || to === null ? null : from <= 0 && to >= 0;
};

define('includes', [range('range'), any('point')], ([whole, part]) => {
  if (part === null) return null;
  return part instanceof FeelRange ? contains(whole, part) : includes(whole, part);
});
define('during', [any('point'), range('range')], ([part, whole]) => {
  if (part === null) return null;
  return part instanceof FeelRange ? contains(whole, part) : includes(whole, part);
});

defineForAll('coincides', 'point1', 'point2', (left, right) => {
  const from = compare(left.start, right.start);
  const to = compare(left.end, right.end);
  if (from === null || to === null) return null;
  return (
    from === 0 &&
    to === 0 &&
    left.startIncluded === right.startIncluded &&
    left.endIncluded === right.endIncluded
  );
});

define('range', [text('from')], ([from]) => compileRangeText(from));
