/** Built-ins that take numbers, or other ordered values, as one list or as many arguments (DMN 1.5, table 75). */
import { compare } from '../equality.js';
import { add, compareNumbers, divide, isNumber, multiply, subtract } from '../number/number.js';
import type { FeelNumber } from '../number/decimal.js';
import { squareRoot } from '../number/power.js';
import { addDurations, scaleDuration } from '../temporal/arithmetic.js';
import { DaysTimeDuration, YearsMonthsDuration } from '../temporal/values.js';
import type { Evaluation } from '../values.js';
import { any, define, rest } from './define.js';

/** Declares a function of a list that may also be given item by item. */
function defineOverItems(
  name: string,
  run: (items: readonly unknown[], evaluation: Evaluation) => unknown,
): void {
  define(name, [any('list'), rest(any('item'))], ([first, more], evaluation) => {
    if (more.length > 0) return run([first, ...more], evaluation);
    if (first === null) return null;
    return run(Array.isArray(first) ? first : [first], evaluation);
  });
}

/** Declares such a function of numbers: null as soon as one item isn't a number. */
function defineOverNumbers(name: string, run: (numbers: readonly FeelNumber[]) => unknown): void {
  defineOverItems(name, (items, evaluation) => {
    evaluation.spend(items.length);
    return items.every(isNumber) ? run(items) : null;
  });
}

function extreme(items: readonly unknown[], sign: number): unknown {
  if (items.length === 0) return null;
  let best = items[0];
  for (const item of items) {
    const order = compare(item, best);
    if (order === null) return null;
    if (order * sign > 0) best = item;
  }
  return best;
}

defineOverItems('min', (items) => extreme(items, -1));
defineOverItems('max', (items) => extreme(items, 1));

function total(numbers: readonly FeelNumber[]): FeelNumber | null {
  let sum: FeelNumber | null = 0;
  for (const value of numbers) sum = sum === null ? null : add(sum, value);
  return sum;
}

function isDuration(value: unknown): value is DaysTimeDuration | YearsMonthsDuration {
  return value instanceof DaysTimeDuration || value instanceof YearsMonthsDuration;
}

defineOverItems('sum', (items, evaluation) => {
  evaluation.spend(items.length);
  if (items.length === 0) return null;
  if (items.every(isNumber)) return total(items);
  if (!items.every(isDuration)) return null;
  return items.slice(1).reduce<unknown>((sum, item) => addDurations(sum, item), items[0]);
});

defineOverItems('mean', (items, evaluation) => {
  evaluation.spend(items.length);
  if (items.length === 0) return null;
  if (items.every(isNumber)) {
    const sum = total(items);
    return sum === null ? null : divide(sum, items.length);
  }
  if (!items.every(isDuration)) return null;
  const sum = items.slice(1).reduce<unknown>((left, item) => addDurations(left, item), items[0]);
  return isDuration(sum) ? scaleDuration(sum, items.length, true) : null;
});

defineOverNumbers('product', (numbers) => {
  if (numbers.length === 0) return null;
  let product: FeelNumber | null = 1;
  for (const value of numbers) product = product === null ? null : multiply(product, value);
  return product;
});

defineOverNumbers('median', (numbers) => {
  if (numbers.length === 0) return null;
  const ordered = numbers.toSorted(compareNumbers);
  const middle = ordered.length >> 1;
  if (ordered.length % 2 === 1) return ordered[middle];
  const sum = add(ordered[middle - 1], ordered[middle]);
  return sum === null ? null : divide(sum, 2);
});

defineOverNumbers('stddev', (numbers) => {
  if (numbers.length < 2) return null;
  const sum = total(numbers);
  const mean = sum === null ? null : divide(sum, numbers.length);
  if (mean === null) return null;
  let squares: FeelNumber | null = 0;
  for (const value of numbers) {
    const distance = subtract(value, mean);
    const square = distance === null ? null : multiply(distance, distance);
    squares = square === null || squares === null ? null : add(squares, square);
  }
  const variance = squares === null ? null : divide(squares, numbers.length - 1);
  return variance === null ? null : squareRoot(variance);
});

defineOverNumbers('mode', (numbers) => {
  const ordered = numbers.toSorted(compareNumbers);
  let best = 0;
  let modes: FeelNumber[] = [];
  for (let from = 0; from < ordered.length;) {
    let end = from;
    while (end < ordered.length && compareNumbers(ordered[end], ordered[from]) === 0) end++;
    if (end - from > best) modes = [];
    if (end - from >= best) modes.push(ordered[from]);
    best = Math.max(best, end - from);
    from = end;
  }
  return modes;
});
