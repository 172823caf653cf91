/** Unary tests and the `in` operator (DMN 1.5, 10.3.2.8 and table 55): does a value satisfy a test. */
import { equals, includes } from '../equality.js';
import type { Meter } from '../meter.js';
import { childrenOf, type ComparisonOperator, type Node } from '../parse/ast.js';
import { FeelRange, kindOf, type Evaluation } from '../values.js';
import { compileNode } from './compile.js';
import { holds } from './comparison.js';
import { bind, type Compilation, type Compiled, type Environment } from './environment.js';

/** A compiled test: true, false, or null where it can't be decided. */
export type CompiledTest = (value: unknown, evaluation: Evaluation) => boolean | null;

/** Compiles `value in test` and `value in (test, test)`; `?` is the value within the tests. */
export function compileIn(
  node: Node & { kind: 'in' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const value = compileNode(node.value, environment, compilation);
  const input = bind(compilation, '?', environment);
  const tests = node.tests.map((test) => compileTest(test, input, compilation));
  return (evaluation) => {
    const subject = value(evaluation);
    evaluation.locals[input.slot] = subject;
    return anyHolds(tests, subject, evaluation);
  };
}

/** Compiles a text of unary tests; the value comes from outside under the name `?`. */
export function compileTests(
  node: Node & { kind: 'tests' },
  environment: Environment,
  compilation: Compilation,
): Compiled {
  const tests = node.tests.map((test) => compileTest(test, environment, compilation));
  const { negated } = node;
  return (evaluation) => {
    const subject = evaluation.scope.lookup('?') ?? null;
    const result = anyHolds(tests, subject, evaluation);
    return negated && result !== null ? !result : result;
  };
}

function anyHolds(tests: readonly CompiledTest[], subject: unknown, evaluation: Evaluation): boolean | null {
  let undecided = false;
  for (const test of tests) {
    const result = test(subject, evaluation);
    if (result === true) return true;
    if (result === null) undecided = true;
  }
  return undecided ? null : false;
}

/** Compiles one test. */
export function compileTest(node: Node, environment: Environment, compilation: Compilation): CompiledTest {
  switch (node.kind) {
    case 'any':
      return () => true;
    case 'null':
      return (value) => value === null || value === undefined;
    case 'boolean': {
      const { value: expected } = node;
      return (value) => (typeof value === 'boolean' ? value === expected : equals(value, expected));
    }
    case 'test': {
      const operand = compileNode(node.operand, environment, compilation);
      const { operator, at } = node;
      return (value, evaluation) => {
        const result = holds(operator, value, operand(evaluation), evaluation);
        if (result === null) evaluation.warn(`A ${kindOf(value)} can't be tested with ${operator}.`, at);
        return result;
      };
    }
    case 'tests': {
      const tests = node.tests.map((test) => compileTest(test, environment, compilation));
      const { negated } = node;
      return (value, evaluation) => {
        const result = anyHolds(tests, value, evaluation);
        return negated && result !== null ? !result : result;
      };
    }
    default: {
      const expression = compileNode(node, environment, compilation);
      if (mentionsInput(node)) return (_value, evaluation) => asTruth(expression(evaluation));
      return (value, evaluation) => matches(value, expression(evaluation), evaluation);
    }
  }
}

function asTruth(result: unknown): boolean | null {
  return typeof result === 'boolean' ? result : null;
}

/** Whether a value satisfies the value of a test: is in a range or list, equals it, or the test simply holds. */
function matches(value: unknown, expected: unknown, meter: Meter): boolean | null {
  if (expected instanceof FeelRange)
    return value instanceof FeelRange ? equals(value, expected, meter) : includes(expected, value);
  if (Array.isArray(expected)) {
    if (equals(value, expected, meter) === true) return true;
    return expected.some(
      (item) =>
        (item instanceof FeelRange ? matches(value, item, meter) : equals(value, item, meter)) === true,
    );
  }
  // A truth about other things than the tested value is the answer itself, also where it is negated.
  if (typeof expected === 'boolean' && typeof value !== 'boolean') return expected;
  return equals(value, expected, meter);
}

/** True where a node reads the tested value by name. */
export function mentionsInput(node: Node): boolean {
  if (node.kind === 'name') return node.name === '?';
  if (node.kind === 'in') return mentionsInput(node.value);
  return childrenOf(node).some(mentionsInput);
}

/** A test used as a value: the range of what satisfies it. */
export function rangeOfTest(operator: ComparisonOperator, operand: Compiled, at: number): Compiled {
  return (evaluation) => {
    const end = operand(evaluation) ?? null;
    switch (operator) {
      case '=':
        return new FeelRange(end, end, true, true, true);
      case '<':
      case '<=':
        return new FeelRange(null, end, false, operator === '<=', true);
      case '>':
      case '>=':
        return new FeelRange(end, null, operator === '>=', false, true);
      case '!=':
        evaluation.warn('What differs from a value is not a range.', at);
        return null;
    }
  };
}
