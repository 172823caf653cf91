/** Filters and indexes: `list[condition]` and `list[n]` (DMN 1.5, 10.3.2.5). */
import { isNumber, toDouble } from '../number/number.js';
import { costOf, type Node } from '../parse/ast.js';
import { isList, type Evaluation } from '../values.js';
import { compileNode } from './compile.js';
import { bind, type Compilation, type Compiled, type Environment } from './environment.js';
import { compileTest } from './tests.js';

const CONDITIONS = new Set<Node['kind']>([
  'comparison',
  'and',
  'or',
  'in',
  'between',
  'quantified',
  'instance',
  'boolean',
]);

/** Compiles a filter. Within it `item` is the item, and the entries of an item are names. */
export function compileFilter(
  node: Node & { kind: 'filter' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const target = compileNode(node.target, environment, compilation);
  const item = bind(compilation, 'item', environment);
  const inner: Environment = { kind: 'item', slot: item.slot, outer: item };
  const { slot } = item;
  const { filter, at } = node;
  const cost = costOf(filter);
  if (filter.kind === 'test' || filter.kind === 'range') {
    const test = compileTest(filter, inner, compilation);
    return (evaluation) => {
      const items = itemsOf(target(evaluation));
      return items && select(items, slot, cost, evaluation, (current) => test(current, evaluation));
    };
  }
  const condition = compileNode(filter, inner, compilation);
  if (filter.kind === 'number') {
    return (evaluation) => {
      const items = itemsOf(target(evaluation));
      return items && itemAt(items, condition(evaluation), at, evaluation);
    };
  }
  const isCondition = CONDITIONS.has(filter.kind);
  return (evaluation) => {
    const items = itemsOf(target(evaluation));
    if (items === null) return null;
    if (!isCondition) {
      // What a name or a call gives shows only in the run: a number is an index, all else a condition.
      evaluation.locals[slot] = items.length > 0 ? items[0] : null;
      const first = condition(evaluation);
      if (isNumber(first)) return itemAt(items, first, at, evaluation);
    }
    return select(items, slot, cost, evaluation, () => condition(evaluation));
  };
}

function itemsOf(target: unknown): readonly unknown[] | null {
  if (target === null || target === undefined) return null;
  return isList(target) ? target : [target];
}

function select(
  items: readonly unknown[],
  slot: number,
  cost: number,
  evaluation: Evaluation,
  holds: (item: unknown) => unknown,
): unknown[] {
  evaluation.spend(items.length * cost);
  const selected: unknown[] = [];
  for (const item of items) {
    evaluation.locals[slot] = item;
    if (holds(item) === true) selected.push(item);
  }
  return selected;
}

function itemAt(items: readonly unknown[], index: unknown, at: number, evaluation: Evaluation): unknown {
  const position = isNumber(index) ? toDouble(index) : 0;
  const found = position > 0 ? items[position - 1] : items[items.length + position];
  if (found !== undefined && position !== 0) return found;
  evaluation.warn(`The list has no item ${position}.`, at);
  return null;
}
