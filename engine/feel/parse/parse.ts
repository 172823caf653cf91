/**
 * From the grammar's tree to the syntax of `ast.ts`. One function per family of nodes; tokens are dropped, names are
 * given back their spelling.
 */
import { MAX_NESTING } from '../limits.js';
import { parseNumber } from '../number/number.js';
import type { ArithmeticOperator, ComparisonOperator, Iterator, Node, Parameter } from './ast.js';
import { Misreading, refuseNot, refuseTest } from './misreading.js';
import { normalizeName, spellings, type KnownNames } from './names.js';
import { unescapeString } from './string-literal.js';
import type { TreeNode } from './grammar.js';
import { problemAt, treeReader, type FeelProblem, type TopRule } from './tree.js';
import { readType } from './types.js';

/** What reading a text gives. */
export type ParseResult = { ok: true; node: Node } | { ok: false; problems: readonly FeelProblem[] };

/** What the conversion of a tree needs. */
interface Reading {
  readonly source: string;
  readonly spelling: ReadonlyMap<string, string>;
  /** Spellings of the keys of contexts in this text. */
  readonly own: Map<string, string>;
}

/** A parser for texts that see the same names. */
export function expressionParser(top: TopRule, names: KnownNames): (source: string) => ParseResult {
  const read = treeReader(top, names);
  const spelling = spellings(names);
  return (source) => {
    const tree = read(source);
    if (Array.isArray(tree)) return { ok: false, problems: tree as readonly FeelProblem[] };
    const top = tree as TreeNode;
    const reading: Reading = { source, spelling, own: new Map() };
    if (depthOf(top) > MAX_NESTING) {
      return {
        ok: false,
        problems: [
          { message: `The expression is nested deeper than ${MAX_NESTING} levels.`, line: 1, column: 1 },
        ],
      };
    }
    try {
      return { ok: true, node: readTop(reading, top) };
    } catch (error) {
      if (!(error instanceof Misreading)) throw error;
      return { ok: false, problems: [problemAt(source, error.at, error.expected)] };
    }
  };
}

function readTop(reading: Reading, top: TreeNode): Node {
  if (top.name === 'UnaryTests') return readTests(reading, top);
  refuseTest(only(top));
  return readNode(reading, only(top));
}

function depthOf(root: TreeNode): number {
  let deepest = 0;
  const open: [TreeNode, number][] = [[root, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    for (let child = node.firstChild; child; child = child.nextSibling) open.push([child, depth + 1]);
  }
  return deepest;
}

function childrenOf(node: TreeNode): TreeNode[] {
  const children: TreeNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment' && child.name !== 'BlockComment') children.push(child);
  }
  return children;
}

const TOKENS = new Set(['(', ')', '[', ']', '{', '}', ',', ':']);

/** The children that carry meaning. */
function partsOf(node: TreeNode): TreeNode[] {
  return childrenOf(node).filter((child) => !TOKENS.has(child.name));
}

function only(node: TreeNode): TreeNode {
  return partsOf(node)[0];
}

function textOf(reading: Reading, node: TreeNode): string {
  return reading.source.slice(node.from, node.to);
}

/** The spelling of a name: as declared, else as written with single spaces. */
function nameOf(reading: Reading, node: TreeNode): string {
  const text = textOf(reading, node);
  if (text.startsWith('`')) return text.slice(1, -1);
  const normalized = normalizeName(text);
  return reading.spelling.get(normalized) ?? reading.own.get(normalized) ?? text.replace(/\s+/g, ' ');
}

function isKnown(reading: Reading, node: TreeNode): boolean {
  const normalized = normalizeName(textOf(reading, node));
  return reading.spelling.has(normalized) || reading.own.has(normalized);
}

function declare(reading: Reading, name: string): string {
  reading.own.set(normalizeName(name), name);
  return name;
}

function readTests(reading: Reading, top: TreeNode): Node {
  const parts = partsOf(top);
  if (parts[0].name === 'Wildcard') return { kind: 'any', at: top.from };
  const negated = parts[0].name === 'not';
  const tests = partsOf(parts[negated ? 1 : 0]).map((test) => readNode(reading, only(test)));
  return { kind: 'tests', negated, tests, at: top.from };
}

function readNode(reading: Reading, tree: TreeNode): Node {
  const at = tree.from;
  switch (tree.name) {
    case 'NumericLiteral':
      return { kind: 'number', value: parseNumber(textOf(reading, tree).replace(/\s/g, '')), at };
    case 'StringLiteral':
      return { kind: 'string', value: unescapeString(textOf(reading, tree)), at };
    case 'BooleanLiteral':
      return { kind: 'boolean', value: textOf(reading, tree) === 'true', at };
    case 'null':
      return { kind: 'null', at };
    case '?':
      return { kind: 'name', name: '?', at };
    case 'VariableName':
      if (!isKnown(reading, tree)) refuseNot(textOf(reading, tree), at);
      return { kind: 'name', name: nameOf(reading, tree), at };
    case 'SpecialFunctionName':
      return { kind: 'name', name: nameOf(reading, tree), at };
    case 'DateTimeLiteral':
      return readDateTimeLiteral(reading, tree);
    case 'ParenthesizedExpression':
      return readNode(reading, only(tree));
    case 'SimplePositiveUnaryTest':
      return readSimpleTest(reading, tree);
    case 'PositiveUnaryTest':
      return readNode(reading, only(tree));
    case 'Interval':
      return readInterval(reading, tree);
    case 'List':
      return { kind: 'list', items: partsOf(tree).map((item) => readNode(reading, item)), at };
    case 'Context':
      return readContext(reading, tree);
    case 'FunctionDefinition':
      return readFunction(reading, tree);
    case 'FunctionInvocation': {
      const [target, parameters] = partsOf(tree);
      return { kind: 'call', target: readNode(reading, target), ...readArguments(reading, parameters), at };
    }
    default:
      return readOperator(reading, tree);
  }
}

function readOperator(reading: Reading, tree: TreeNode): Node {
  const at = tree.from;
  const parts = partsOf(tree);
  const part = (index: number): Node => readNode(reading, parts[index]);
  switch (tree.name) {
    case 'ArithmeticExpression':
      return readArithmetic(reading, parts, at);
    case 'Comparison':
      return readComparison(reading, parts, at);
    case 'Conjunction':
      return { kind: 'and', left: part(0), right: part(2), at };
    case 'Disjunction':
      return { kind: 'or', left: part(0), right: part(2), at };
    case 'PathExpression':
      return { kind: 'path', target: part(0), name: nameOf(reading, parts[2]), at: parts[2].from };
    case 'FilterExpression':
      return { kind: 'filter', target: part(0), filter: part(1), at };
    case 'IfExpression':
      return { kind: 'if', condition: part(1), then: part(3), otherwise: part(5), at };
    case 'ForExpression': {
      const iterators = readIterators(reading, parts[1]);
      return { kind: 'for', iterators, body: part(3), at };
    }
    case 'QuantifiedExpression': {
      const iterators = readIterators(reading, parts[1]);
      return { kind: 'quantified', every: parts[0].name === 'every', iterators, condition: part(3), at };
    }
    case 'InstanceOfExpression':
      return { kind: 'instance', value: part(0), type: readType(reading.source, parts[3]), at };
    default:
      throw new Error(`The grammar has a node that is not read: ${tree.name}`);
  }
}

function readArithmetic(reading: Reading, parts: readonly TreeNode[], at: number): Node {
  if (parts.length === 2) {
    const operand = readNode(reading, parts[1]);
    return textOf(reading, parts[0]) === '-' ? { kind: 'negate', operand, at } : operand;
  }
  const sign = textOf(reading, parts[1]);
  const operator = (sign === '^' ? '**' : sign) as ArithmeticOperator;
  return {
    kind: 'arithmetic',
    operator,
    left: readNode(reading, parts[0]),
    right: readNode(reading, parts[2]),
    at,
  };
}

function readComparison(reading: Reading, parts: readonly TreeNode[], at: number): Node {
  const left = readNode(reading, parts[0]);
  if (parts[1].name === 'between') {
    return {
      kind: 'between',
      value: left,
      low: readNode(reading, parts[2]),
      high: readNode(reading, parts[4]),
      at,
    };
  }
  if (parts[1].name === 'in') {
    const tests = parts[2].name === 'PositiveUnaryTests' ? partsOf(parts[2]) : [parts[2]];
    return { kind: 'in', value: left, tests: tests.map((test) => readNode(reading, test)), at };
  }
  refuseTest(parts[2]);
  return {
    kind: 'comparison',
    operator: textOf(reading, parts[1]) as ComparisonOperator,
    left,
    right: readNode(reading, parts[2]),
    at,
  };
}

function readSimpleTest(reading: Reading, tree: TreeNode): Node {
  const [first, second] = partsOf(tree);
  if (first.name === 'Interval') return readInterval(reading, first);
  return {
    kind: 'test',
    operator: textOf(reading, first) as ComparisonOperator,
    operand: readNode(reading, second),
    at: tree.from,
  };
}

function readInterval(reading: Reading, tree: TreeNode): Node {
  const parts = childrenOf(tree);
  return {
    kind: 'range',
    start: readNode(reading, parts[1]),
    end: readNode(reading, parts[3]),
    startIncluded: parts[0].name === '[',
    endIncluded: parts[4].name === ']',
    at: tree.from,
  };
}

function readContext(reading: Reading, tree: TreeNode): Node {
  const entries = partsOf(tree).map((entry) => {
    const [key, value] = partsOf(entry);
    const name = only(key);
    const spelling =
      name.name === 'StringLiteral' ? unescapeString(textOf(reading, name)) : nameOf(reading, name);
    return { name: declare(reading, spelling), value: readNode(reading, value) };
  });
  return { kind: 'context', entries, at: tree.from };
}

function readFunction(reading: Reading, tree: TreeNode): Node {
  const parts = partsOf(tree);
  const formal = parts.find((part) => part.name === 'FormalParameters');
  const body = parts.find((part) => part.name === 'FunctionBody');
  const parameters = (formal ? partsOf(formal) : []).map((parameter): Parameter => {
    const [name, type] = partsOf(parameter);
    return {
      name: declare(reading, nameOf(reading, name)),
      type: type ? readType(reading.source, type) : null,
    };
  });
  const external = parts.some((part) => part.name === 'external');
  return {
    kind: 'function',
    parameters,
    body: readNode(reading, only(body as TreeNode)),
    external,
    at: tree.from,
  };
}

function readIterators(reading: Reading, tree: TreeNode): Iterator[] {
  return partsOf(tree).map((iterator) => {
    const [name, , context] = partsOf(iterator);
    const bounds = partsOf(context).filter((part) => part.name !== '..');
    return {
      name: declare(reading, nameOf(reading, name)),
      source: readNode(reading, bounds[0]),
      end: bounds.length > 1 ? readNode(reading, bounds[1]) : null,
    };
  });
}

function readArguments(reading: Reading, tree: TreeNode): { args: Node[]; names: string[] | null } {
  if (tree.name !== 'NamedParameters')
    return { args: partsOf(tree).map((argument) => readNode(reading, argument)), names: null };
  const args: Node[] = [];
  const names: string[] = [];
  for (const parameter of partsOf(tree)) {
    const [name, value] = partsOf(parameter);
    names.push(nameOf(reading, name));
    args.push(readNode(reading, value));
  }
  return { args, names };
}

function readDateTimeLiteral(reading: Reading, tree: TreeNode): Node {
  const [first, parameters] = partsOf(tree);
  if (first.name === 'AtLiteral')
    return { kind: 'at', text: unescapeString(textOf(reading, only(first))), at: tree.from };
  const target: Node = { kind: 'name', name: textOf(reading, first).replace(/\s+/g, ' '), at: first.from };
  return { kind: 'call', target, ...readArguments(reading, parameters), at: tree.from };
}
