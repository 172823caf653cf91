/** The syntax of an expression, freed of the grammar's tokens. `at` is the offset in the source. */
import type { FeelNumber } from '../number/decimal.js';
import type { FeelType } from '../values.js';

/** Operators that give a truth. */
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
/** Operators that give a value; `^` is read as `**`. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '**';

/** `name in source` or `name in start..end`. */
export interface Iterator {
  readonly name: string;
  readonly source: Node;
  readonly end: Node | null;
}

/** A parameter of a function, with its declared type. */
export interface Parameter {
  readonly name: string;
  readonly type: FeelType | null;
}

type Syntax =
  | { readonly kind: 'number'; readonly value: FeelNumber | null }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'at'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'path'; readonly target: Node; readonly name: string }
  | { readonly kind: 'filter'; readonly target: Node; readonly filter: Node }
  | {
      readonly kind: 'call';
      readonly target: Node;
      readonly args: readonly Node[];
      readonly names: readonly string[] | null;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly kind: 'negate'; readonly operand: Node }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly kind: 'between'; readonly value: Node; readonly low: Node; readonly high: Node }
  | { readonly kind: 'in'; readonly value: Node; readonly tests: readonly Node[] }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'if'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: 'for'; readonly iterators: readonly Iterator[]; readonly body: Node }
  | {
      readonly kind: 'quantified';
      readonly every: boolean;
      readonly iterators: readonly Iterator[];
      readonly condition: Node;
    }
  | { readonly kind: 'instance'; readonly value: Node; readonly type: FeelType }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'context'; readonly entries: readonly { readonly name: string; readonly value: Node }[] }
  | {
      readonly kind: 'range';
      readonly start: Node;
      readonly end: Node;
      readonly startIncluded: boolean;
      readonly endIncluded: boolean;
    }
  | { readonly kind: 'test'; readonly operator: ComparisonOperator; readonly operand: Node }
  | {
      readonly kind: 'function';
      readonly parameters: readonly Parameter[];
      readonly body: Node;
      readonly external: boolean;
    }
  | { readonly kind: 'tests'; readonly negated: boolean; readonly tests: readonly Node[] }
  | { readonly kind: 'any' };

/** A node of an expression. */
export type Node = Syntax & { readonly at: number };

function isNode(part: unknown): part is Node {
  return typeof part === 'object' && part !== null && 'kind' in part && 'at' in part;
}

/** Number of nodes of an expression, itself included. */
export function sizeOf(node: Node): number {
  return childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);
}

/** Units of work that one turn through an expression costs. */
export function costOf(node: Node): number {
  return 1 + (sizeOf(node) >> 3);
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((part: unknown) => {
    if (isNode(part)) return [part];
    if (!Array.isArray(part)) return [];
    return part.flatMap((item: unknown) =>
      isNode(item) ? [item] : Object.values(item as object).filter(isNode),
    );
  });
}
