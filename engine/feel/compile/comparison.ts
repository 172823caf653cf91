/** Comparison and three-valued logic (DMN 1.5, tables 42, 43 and 49). */
import { compare, equals } from '../equality.js';
import type { Meter } from '../meter.js';
import type { ComparisonOperator } from '../parse/ast.js';
import { kindOf, type Evaluation } from '../values.js';
import type { Compiled } from './environment.js';

/** `left operator right`; null where the two have no order between them. */
export function holds(
  operator: ComparisonOperator,
  left: unknown,
  right: unknown,
  meter?: Meter,
): boolean | null {
  if (operator === '=') return equals(left, right, meter);
  if (operator === '!=') {
    const equal = equals(left, right, meter);
    return equal === null ? null : !equal;
  }
  const order = compare(left, right);
  if (order === null) return null;
  return operator === '<'
    ? order < 0
    : operator === '<='
      ? order <= 0
      : operator === '>'
        ? order > 0
        : order >= 0;
}

/** Compiles a comparison. Two doubles take no further look. */
export function comparison(
  operator: ComparisonOperator,
  left: Compiled,
  right: Compiled,
  at: number,
): Compiled {
  const slow = (a: unknown, b: unknown, evaluation: Evaluation): boolean | null => {
    const result = holds(operator, a, b, evaluation);
    if (result === null) evaluation.warn(`A ${kindOf(a)} can't be compared with a ${kindOf(b)}.`, at);
    return result;
  };
  const compiled = (fast: (a: number, b: number) => boolean): Compiled => {
    return (evaluation) => {
      const a = left(evaluation);
      const b = right(evaluation);
      return typeof a === 'number' && typeof b === 'number' ? fast(a, b) : slow(a, b, evaluation);
    };
  };
  switch (operator) {
    case '=':
      return compiled((a, b) => a === b);
    case '!=':
      return compiled((a, b) => a !== b);
    case '<':
      return compiled((a, b) => a < b);
    case '<=':
      return compiled((a, b) => a <= b);
    case '>':
      return compiled((a, b) => a > b);
    case '>=':
      return compiled((a, b) => a >= b);
  }
}

/** Compiles `value between low and high`, both ends included. */
export function between(value: Compiled, low: Compiled, high: Compiled): Compiled {
  return (evaluation) => {
    const subject = value(evaluation);
    const above = holds('>=', subject, low(evaluation));
    const below = holds('<=', subject, high(evaluation));
    return and(above, below);
  };
}

/** Three-valued and; anything but true and false counts as null. */
export function and(left: unknown, right: unknown): boolean | null {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : null;
}

/** Three-valued or; anything but true and false counts as null. */
export function or(left: unknown, right: unknown): boolean | null {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : null;
}

/** Compiles `left and right`; the right side is left alone where the left one decides. */
export function conjunction(left: Compiled, right: Compiled, at: number): Compiled {
  return (evaluation) => {
    const a = left(evaluation);
    if (a === false) return false;
    return decided(and(a, right(evaluation)), 'and', at, evaluation);
  };
}

/** Compiles `left or right`. */
export function disjunction(left: Compiled, right: Compiled, at: number): Compiled {
  return (evaluation) => {
    const a = left(evaluation);
    if (a === true) return true;
    return decided(or(a, right(evaluation)), 'or', at, evaluation);
  };
}

function decided(
  result: boolean | null,
  operator: string,
  at: number,
  evaluation: Evaluation,
): boolean | null {
  if (result === null) evaluation.warn(`The operands of ${operator} are not both true or false.`, at);
  return result;
}
