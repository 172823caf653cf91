/**
 * From syntax to closures: each node becomes one function of the evaluation. Names are resolved to slots, operators and
 * built-ins are chosen, constants are made once; what is left for the run is the values.
 */
import { parseTemporal } from '../builtins/temporal-text.js';
import type { Node } from '../parse/ast.js';
import { FeelRange, setEntry } from '../values.js';
import { arithmetic, negation } from './arithmetic.js';
import { compileCall, compileFunction } from './call.js';
import { between, comparison, conjunction, disjunction } from './comparison.js';
import { bind, type Compilation, type Compiled, type Environment } from './environment.js';
import { compileFilter } from './filter.js';
import { compileFor, compileQuantified } from './iteration.js';
import { compileName, compilePath } from './name.js';
import { compileIn, compileTests, rangeOfTest } from './tests.js';
import { instanceOf, resolveType } from './type-check.js';

/** Compiles a node in its environment. */
export function compileNode(node: Node, environment: Environment, compilation: Compilation): Compiled {
  const inner = (child: Node): Compiled => compileNode(child, environment, compilation);
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'boolean': {
      const { value } = node;
      return () => value;
    }
    case 'null':
      return () => null;
    case 'any':
      return () => true;
    case 'at': {
      const value = parseTemporal(node.text);
      return value === null
        ? warned(`'${node.text}' is not a date, time or duration.`, node.at)
        : () => value;
    }
    case 'name':
      return compileName(node.name, node.at, environment, compilation);
    case 'path':
      return compilePath(inner(node.target), node.name, node.at);
    case 'filter':
      return compileFilter(node, environment, compilation);
    case 'call':
      return compileCall(node, environment, compilation);
    case 'arithmetic':
      return arithmetic(node.operator, inner(node.left), inner(node.right), node.at);
    case 'negate':
      return negation(inner(node.operand), node.at);
    case 'comparison':
      return comparison(node.operator, inner(node.left), inner(node.right), node.at);
    case 'between':
      return between(inner(node.value), inner(node.low), inner(node.high));
    case 'in':
      return compileIn(node, environment, compilation);
    case 'and':
      return conjunction(inner(node.left), inner(node.right), node.at);
    case 'or':
      return disjunction(inner(node.left), inner(node.right), node.at);
    case 'if':
      return conditional(inner(node.condition), inner(node.then), inner(node.otherwise), node.at);
    case 'for':
      return compileFor(node, environment, compilation);
    case 'quantified':
      return compileQuantified(node, environment, compilation);
    case 'instance': {
      const value = inner(node.value);
      const type = resolveType(node.type, compilation.types);
      return (evaluation) => instanceOf(value(evaluation), type, evaluation);
    }
    case 'list':
      return list(node.items.map(inner));
    case 'context':
      return compileContext(node, environment, compilation);
    case 'range': {
      const start = inner(node.start);
      const end = inner(node.end);
      const { startIncluded, endIncluded } = node;
      return (evaluation) => rangeBetween(start(evaluation), end(evaluation), startIncluded, endIncluded);
    }
    case 'test':
      return rangeOfTest(node.operator, inner(node.operand), node.at);
    case 'function':
      return compileFunction(node, environment, compilation);
    case 'tests':
      return compileTests(node, environment, compilation);
  }
}

function warned(message: string, at: number): Compiled {
  return (evaluation) => {
    evaluation.warn(message, at);
    return null;
  };
}

function conditional(condition: Compiled, then: Compiled, otherwise: Compiled, at: number): Compiled {
  return (evaluation) => {
    const holds = condition(evaluation);
    if (holds !== true && holds !== false)
      evaluation.warn('The condition of if is neither true nor false.', at);
    return holds === true ? then(evaluation) : otherwise(evaluation);
  };
}

function list(items: readonly Compiled[]): Compiled {
  if (items.length === 0) return () => [];
  return (evaluation) => {
    const result = new Array<unknown>(items.length);
    for (let index = 0; index < items.length; index++) result[index] = items[index](evaluation);
    return result;
  };
}

/** A range; an end that is null leaves it open and is never part of it. */
function rangeBetween(start: unknown, end: unknown, startIncluded: boolean, endIncluded: boolean): FeelRange {
  return new FeelRange(start ?? null, end ?? null, startIncluded, endIncluded);
}

/** Entries see the ones before them; a function sees itself, so that it can recur. */
function compileContext(
  node: Node & { kind: 'context' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  if (new Set(node.entries.map((entry) => entry.name)).size < node.entries.length) {
    return warned('The context has two entries of one name.', node.at);
  }
  let inner = environment;
  const entries = node.entries.map((entry) => {
    const local = bind(compilation, entry.name, inner);
    const value =
      entry.value.kind === 'function'
        ? compileFunction(entry.value, local, compilation, local.slot)
        : compileNode(entry.value, inner, compilation);
    inner = local;
    return { name: entry.name, slot: local.slot, value };
  });
  return (evaluation) => {
    const result: Record<string, unknown> = {};
    const { locals } = evaluation;
    for (const entry of entries) {
      const value = entry.value(evaluation);
      locals[entry.slot] = value;
      setEntry(result, entry.name, value);
    }
    return result;
  };
}
