/** `for`, `some` and `every` over lists and ranges (DMN 1.5, 10.3.2.14). */
import { add, isNumber, isWhole, subtract, toDouble } from '../number/number.js';
import { costOf, type Iterator, type Node } from '../parse/ast.js';
import { compareDates, dateOfEpochDays, epochDays } from '../temporal/calendar.js';
import { FeelDate } from '../temporal/values.js';
import { FeelRange, isList, kindOf, type Evaluation } from '../values.js';
import { compileNode } from './compile.js';
import { and, or } from './comparison.js';
import { bind, type Compilation, type Compiled, type Environment } from './environment.js';

interface CompiledIterator {
  readonly slot: number;
  readonly source: Compiled;
  readonly end: Compiled | null;
  readonly at: number;
}

function compileIterators(
  iterators: readonly Iterator[],
  environment: Environment,
  compilation: Compilation,
): { compiled: CompiledIterator[]; inner: Environment } {
  let inner = environment;
  const compiled = iterators.map((iterator) => {
    const source = compileNode(iterator.source, inner, compilation);
    const end = iterator.end && compileNode(iterator.end, inner, compilation);
    const local = bind(compilation, iterator.name, inner);
    inner = local;
    return { slot: local.slot, source, end, at: iterator.source.at };
  });
  return { compiled, inner };
}

/** Compiles `for`; the body sees the results so far as `partial`. */
export function compileFor(
  node: Node & { kind: 'for' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const { compiled, inner } = compileIterators(node.iterators, environment, compilation);
  const partial = bind(compilation, 'partial', inner);
  const body = compileNode(node.body, partial, compilation);
  const cost = costOf(node.body);
  return (evaluation) => {
    const results: unknown[] = [];
    const complete = walk(compiled, 0, evaluation, cost, () => {
      evaluation.locals[partial.slot] = results;
      results.push(body(evaluation));
      return true;
    });
    return complete === null ? null : results;
  };
}

/** Compiles `some` and `every` in three-valued logic. */
export function compileQuantified(
  node: Node & { kind: 'quantified' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const { compiled, inner } = compileIterators(node.iterators, environment, compilation);
  const condition = compileNode(node.condition, inner, compilation);
  const { every } = node;
  const cost = costOf(node.condition);
  return (evaluation) => {
    let result: boolean | null = every;
    const complete = walk(compiled, 0, evaluation, cost, () => {
      const holds = condition(evaluation);
      result = every ? and(result, holds) : or(result, holds);
      return result !== !every;
    });
    return complete === null ? null : result;
  };
}

/** Runs over all combinations, the last iterator fastest, at a cost for each; stops where `visit` says so. null where a source is no list. */
function walk(
  iterators: readonly CompiledIterator[],
  index: number,
  evaluation: Evaluation,
  cost: number,
  visit: () => boolean,
): boolean | null {
  if (index === iterators.length) return visit();
  const { slot, source, end, at } = iterators[index];
  const from = source(evaluation);
  const items =
    end === null ? itemsOf(from, evaluation, at) : itemsBetween(from, end(evaluation), evaluation, at);
  if (items === null) return null;
  for (const item of items) {
    evaluation.spend(cost);
    evaluation.locals[slot] = item;
    const goOn = walk(iterators, index + 1, evaluation, cost, visit);
    if (goOn !== true) return goOn;
  }
  return true;
}

function itemsOf(source: unknown, evaluation: Evaluation, at: number): readonly unknown[] | null {
  if (isList(source)) return source;
  if (source instanceof FeelRange) return itemsOfRange(source, evaluation, at);
  if (source !== null && source !== undefined) return [source];
  evaluation.warn('null is not a list to go through.', at);
  return null;
}

function itemsOfRange(range: FeelRange, evaluation: Evaluation, at: number): readonly unknown[] | null {
  const items = itemsBetween(range.start, range.end, evaluation, at);
  if (items === null || items.length === 0) return items;
  return items.slice(range.startIncluded ? 0 : 1, range.endIncluded ? undefined : -1);
}

/** Whole numbers or dates from start to end, upwards or downwards, both included. */
export function itemsBetween(
  start: unknown,
  end: unknown,
  evaluation: Evaluation,
  at: number,
): readonly unknown[] | null {
  if (isNumber(start) && isNumber(end) && isWhole(start) && isWhole(end)) {
    if (Number.isSafeInteger(start) && Number.isSafeInteger(end))
      return count(start as number, end as number, evaluation, (value) => value);
    const steps = subtract(end, start);
    return count(0, steps === null ? Infinity : toDouble(steps), evaluation, (value) => add(start, value));
  }
  if (start instanceof FeelDate && end instanceof FeelDate) {
    const days = count(epochDays(start), epochDays(end), evaluation, dateOfEpochDays);
    return compareDates(start, end) === 0 ? days.slice(0, 1) : days;
  }
  evaluation.warn(`${kindOf(start)} to ${kindOf(end)} can't be counted through.`, at);
  return null;
}

function count<Item>(
  start: number,
  end: number,
  evaluation: Evaluation,
  item: (value: number) => Item,
): Item[] {
  const length = Math.abs(end - start) + 1;
  evaluation.spend(length);
  const step = end < start ? -1 : 1;
  return Array.from({ length }, (_, index) => item(start + index * step));
}
