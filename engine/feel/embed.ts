/**
 * FEEL for the decision room: expressions that run within an evaluation already under way, so that a decision and all it
 * calls share one clock, one list of warnings and one share of work.
 */
import { compileNode } from './compile/compile.js';
import type { Compilation, TypeResolver } from './compile/environment.js';
import { compileTest, type CompiledTest } from './compile/tests.js';
import type { Node } from './parse/ast.js';
import type { KnownNames } from './parse/names.js';
import { expressionParser, type ParseResult } from './parse/parse.js';
import type { FeelProblem } from './parse/tree.js';
import type { Evaluation, FeelScope } from './values.js';

/** An expression to run in a scope of the host's choice. */
export interface EmbeddedExpression {
  readonly node: Node;
  readonly names: readonly string[];
  run(evaluation: Evaluation, scope: FeelScope): unknown;
}

/** Unary tests to ask about a value. */
export interface EmbeddedTests {
  readonly node: Node;
  readonly names: readonly string[];
  /** True, false, or null where it can't be decided. `?` in the text is the value. */
  test(value: unknown, evaluation: Evaluation, scope: FeelScope): boolean | null;
}

/** A compiled text, or where it is not FEEL. */
export type Embedded<Kind> = { ok: true; compiled: Kind } | { ok: false; problems: readonly FeelProblem[] };

/** Compiles texts that see the same names; makes the parsers once. */
export interface Embedder {
  expression(source: string): Embedded<EmbeddedExpression>;
  tests(source: string): Embedded<EmbeddedTests>;
}

/** An embedder for texts that see these names and, after `instance of`, the host's types. */
export function embedderFor(names: KnownNames, types: TypeResolver): Embedder {
  const declared = new Set(Object.keys(names));
  let parseExpression: ((source: string) => ParseResult) | null = null;
  let parseTests: ((source: string) => ParseResult) | null = null;
  const compilation = (): Compilation => ({ names: new Set(), declared, types, slots: 0 });
  return {
    expression(source) {
      const parsed = (parseExpression ??= expressionParser('Expression', names))(source);
      if (!parsed.ok) return parsed;
      const state = compilation();
      const compiled = compileNode(parsed.node, null, state);
      const run = (evaluation: Evaluation, scope: FeelScope): unknown =>
        within(evaluation, scope, state.slots, () => compiled(evaluation) ?? null);
      return { ok: true, compiled: { node: parsed.node, names: [...state.names], run } };
    },
    tests(source) {
      const parsed = (parseTests ??= expressionParser('UnaryTests', names))(source);
      if (!parsed.ok) return parsed;
      const state = compilation();
      const compiled: CompiledTest = compileTest(parsed.node, null, state);
      const test: EmbeddedTests['test'] = (value, evaluation, scope) => {
        const asked: FeelScope = { lookup: (name) => (name === '?' ? (value ?? null) : scope.lookup(name)) };
        return within(evaluation, asked, state.slots, () => compiled(value, evaluation));
      };
      return { ok: true, compiled: { node: parsed.node, names: [...state.names], test } };
    },
  };
}

/** Runs with a scope and fresh locals, and puts back what was there. */
function within<Result>(evaluation: Evaluation, scope: FeelScope, slots: number, run: () => Result): Result {
  const outer = { scope: evaluation.scope, locals: evaluation.locals };
  evaluation.scope = scope;
  evaluation.locals = slots === 0 ? NO_LOCALS : new Array<unknown>(slots);
  const result = run();
  evaluation.scope = outer.scope;
  evaluation.locals = outer.locals;
  return result;
}

const NO_LOCALS: unknown[] = [];
