/** Built-ins on lists (DMN 1.5, table 75), with Camunda's `partition` and `duplicate values`. */
import { callFunction } from '../compile/evaluation.js';
import { compare, equals } from '../equality.js';
import { FeelLimitError, MAX_STRING_LENGTH } from '../limits.js';
import { isWhole, toDouble } from '../number/number.js';
import type { FeelNumber } from '../number/decimal.js';
import type { FeelFunction } from '../values.js';
import type { Evaluation } from '../values.js';
import { any, boolean, define, func, list, nullable, number, optional, rest, text } from './define.js';

define('list contains', [list('list'), any('element')], ([items, element], evaluation) =>
  items.some((item) => equals(item, element, evaluation) === true));

define('count', [list('list')], ([items]) => items.length);

define('is empty', [list('list')], ([items]) => items.length === 0);

/** Position in a list counted from 1, from the end where negative; null outside. */
function index(position: FeelNumber, length: number): number | null {
  if (!isWhole(position)) return null;
  const place = toDouble(position);
  const from = place > 0 ? place - 1 : length + place;
  return place !== 0 && from >= 0 && from < length ? from : null;
}

define('sublist', [list('list'), number('start position'), optional(number('length'))], ([
  items,
  start,
  length,
]) => {
  const from = index(start, items.length);
  if (from === null || (length !== null && (toDouble(length) < 0 || !isWhole(length)))) return null;
  if (length === null) return items.slice(from);
  const end = from + toDouble(length);
  return end > items.length ? null : items.slice(from, end);
});

define('append', [list('list'), rest(any('item'))], ([items, more], evaluation) => {
  evaluation.spend(items.length + more.length);
  return [...items, ...more];
});

define('concatenate', [rest(list('list'))], ([lists], evaluation) => {
  const result: unknown[] = [];
  for (const items of lists) {
    const part = Array.isArray(items) ? (items as unknown[]) : [items];
    evaluation.spend(part.length);
    if (items === null || items === undefined) return null;
    result.push(...part);
  }
  return result;
});

define('insert before', [list('list'), number('position'), any('newItem')], (
  [items, position, item],
  evaluation,
) => {
  evaluation.spend(items.length);
  const at = index(position, items.length);
  return at === null ? null : items.toSpliced(at, 0, item);
});

define('remove', [list('list'), number('position')], ([items, position], evaluation) => {
  evaluation.spend(items.length);
  const at = index(position, items.length);
  return at === null ? null : items.toSpliced(at, 1);
});

define('list replace', [list('list'), number('position'), any('newItem')], (
  [items, position, item],
  evaluation,
) => {
  evaluation.spend(items.length);
  const at = index(position, items.length);
  return at === null ? null : items.with(at, item);
});

define('list replace', [list('list'), func('match'), any('newItem')], ([items, match, item], evaluation) => {
  const result: unknown[] = [];
  for (const current of items) {
    const chosen = callFunction(match, [current, item], evaluation);
    if (typeof chosen !== 'boolean') return null;
    result.push(chosen ? item : current);
  }
  return result;
});

define('reverse', [list('list')], ([items], evaluation) => {
  evaluation.spend(items.length);
  return items.toReversed();
});

define('index of', [list('list'), any('match')], ([items, match], evaluation) =>
  items.flatMap((item, position) => (equals(item, match, evaluation) === true ? [position + 1] : [])));

/** Items without the later equal ones. Texts, truths and numbers of one form are found by hash, the rest by comparison. */
function distinct(items: readonly unknown[], evaluation: Evaluation): unknown[] {
  const plain = new Set<unknown>();
  const others: unknown[] = [];
  return items.filter((item) => {
    if (hasOneForm(item)) {
      if (plain.has(item)) return false;
      plain.add(item);
      return true;
    }
    evaluation.spend(others.length);
    if (others.some((other) => equals(other, item, evaluation) === true)) return false;
    others.push(item);
    return true;
  });
}

/** A number beyond 2^53 is a double, a bigint or a Decimal, as it came. */
function hasOneForm(item: unknown): boolean {
  if (typeof item === 'number') return Math.abs(item) <= Number.MAX_SAFE_INTEGER;
  return item === null || (typeof item !== 'object' && typeof item !== 'bigint');
}

define('union', [rest(list('list'))], ([lists], evaluation) => {
  if (lists.some((items) => items === null)) return null;
  return distinct(lists.flat(), evaluation);
});

define('distinct values', [list('list')], ([items], evaluation) => distinct(items, evaluation));

define('duplicate values', [list('list')], ([items], evaluation) => {
  const repeated = items.filter((item, position) => {
    evaluation.spend(items.length);
    return items.some((other, place) => place !== position && equals(other, item, evaluation) === true);
  });
  return distinct(repeated, evaluation);
});

define('flatten', [list('list')], ([items], evaluation) => {
  const flat = (part: readonly unknown[]): unknown[] =>
    part.flatMap((item) => {
      evaluation.spend(1);
      return Array.isArray(item) ? flat(item) : [item];
    });
  return flat(items);
});

define('partition', [list('list'), number('size')], ([items, size]) => {
  const length = toDouble(size);
  if (!isWhole(size) || length < 1) return null;
  return Array.from({ length: Math.ceil(items.length / length) }, (_, part) =>
    items.slice(part * length, (part + 1) * length),
  );
});

define('sort', [list('list'), optional(func('precedes'))], ([items, precedes], evaluation) => {
  if (precedes !== null)
    return sorted(items, (left, right) => precedence(precedes, left, right, evaluation), evaluation);
  if (items.some((item) => compare(item, items[0]) === null)) return null;
  return sorted(items, (left, right) => (compare(left, right) ?? 0) <= 0, evaluation);
});

function precedence(precedes: FeelFunction, left: unknown, right: unknown, evaluation: Evaluation): boolean {
  return (
    callFunction(precedes, [left, right], evaluation) === true ||
    callFunction(precedes, [right, left], evaluation) !== true
  );
}

/** Merge sort: stable, and its number of comparisons is bounded whatever the function says. */
function sorted(
  items: readonly unknown[],
  first: (left: unknown, right: unknown) => boolean,
  evaluation: Evaluation,
): unknown[] {
  evaluation.spend(items.length);
  if (items.length < 2) return [...items];
  const middle = items.length >> 1;
  const left = sorted(items.slice(0, middle), first, evaluation);
  const right = sorted(items.slice(middle), first, evaluation);
  const merged: unknown[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) merged.push(first(left[l], right[r]) ? left[l++] : right[r++]);
  return merged.concat(left.slice(l), right.slice(r));
}

define('string join', [list('list'), optional(text('delimiter'))], ([items, delimiter]) =>
  join(items, delimiter));

define('string join', [list('list'), optional(text('delimiter')), text('prefix'), text('suffix')], ([
  items,
  delimiter,
  prefix,
  suffix,
]) => {
  const joined = join(items, delimiter);
  return joined === null ? null : `${prefix}${joined}${suffix}`;
});

function join(items: readonly unknown[], delimiter: string | null): string | null {
  if (items.some((item) => item !== null && typeof item !== 'string')) return null;
  const parts = items.filter((item) => item !== null) as string[];
  const separator = delimiter ?? '';
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  if (length > MAX_STRING_LENGTH)
    throw new FeelLimitError(`A text grew beyond ${MAX_STRING_LENGTH} characters.`);
  return parts.join(separator);
}

/** all() and any() take one list or many values. */
function truths(args: readonly unknown[]): readonly unknown[] {
  return args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
}

define('all', [nullable(any('list')), rest(nullable(boolean('b')))], ([first, more]) => {
  const values = truths([first, ...more]);
  return values.includes(false) ? false : values.every((value) => value === true) ? true : null;
});

define('any', [nullable(any('list')), rest(nullable(boolean('b')))], ([first, more]) => {
  const values = truths([first, ...more]);
  return values.includes(true) ? true : values.every((value) => value === false) ? false : null;
});
