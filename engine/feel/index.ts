/**
 * FEEL (DMN 1.5, chapter 10) compiled once to closures. This is the room's door: other rooms import this file alone.
 */
import { compileNode } from './compile/compile.js';
import type { Compilation, Compiled } from './compile/environment.js';
import { startEvaluation, type FeelWarning } from './compile/evaluation.js';
import type { JsonValue } from '../model/json.js';
import { toJson } from './json.js';
import { FeelLimitError } from './limits.js';
import type { KnownNames } from './parse/names.js';
import { expressionParser, type ParseResult } from './parse/parse.js';
import type { FeelProblem, TopRule } from './parse/tree.js';
import { entryOf, type FeelScope } from './values.js';

export type { FeelWarning } from './compile/evaluation.js';
export type { FeelProblem } from './parse/tree.js';
export type { FeelScope } from './values.js';
export type { KnownNames } from './parse/names.js';
export { toJson } from './json.js';
export { kindOf } from './values.js';
export {
  FeelAssertionError,
  FeelDigitsError,
  FeelFailure,
  FeelLevelsError,
  FeelLimitError,
  FeelUnkeptError,
} from './limits.js';
export {
  isDate,
  isDateTime,
  isDuration,
  isTime,
  toEpochMillis,
  addDuration,
  fromIsoText,
} from './temporal/port.js';

/** What an evaluation gives: a FEEL value, and why parts of it may be null. */
export interface FeelOutcome {
  readonly value: unknown;
  readonly warnings: readonly FeelWarning[];
}

/** An expression, or a text of unary tests, ready to be evaluated any number of times. */
export interface CompiledExpression {
  readonly source: string;
  /** Top-level names it reads, such as `order` and `limit`. */
  readonly names: readonly string[];
  /** `nowMs` is the step's clock (epoch milliseconds, UTC) for now() and today(). Throws FeelFailure only. */
  evaluate(scope: FeelScope, nowMs: number): FeelOutcome;
  /** The same, with the value as plain JSON: temporal values become ISO texts. */
  evaluateToJson(scope: FeelScope, nowMs: number): { value: JsonValue; warnings: readonly FeelWarning[] };
}

/** What compiling a text gives. */
export type CompileResult =
  { ok: true; expression: CompiledExpression } | { ok: false; problems: readonly FeelProblem[] };

/** What is known of the names an expression will see; needed only for names with signs or keywords in them. */
export interface CompileOptions {
  /** Names in scope; they also hide built-ins of the same name. */
  readonly names?: readonly string[];
  /** Names in scope with the names of the entries within them. */
  readonly structure?: KnownNames;
}

const NO_NAMES: KnownNames = {};
const parsers: Partial<Record<TopRule, (source: string) => ParseResult>> = {};

/** A parser; the one without known names is made once. */
function parserFor(top: TopRule, options: CompileOptions): (source: string) => ParseResult {
  if (options.names === undefined && options.structure === undefined)
    return (parsers[top] ??= expressionParser(top, NO_NAMES));
  const names = Object.fromEntries((options.names ?? []).map((name) => [name, null]));
  return expressionParser(top, { ...names, ...options.structure });
}

function compile(top: TopRule, source: string, options: CompileOptions): CompileResult {
  const parsed = parserFor(top, options)(source);
  if (!parsed.ok) return parsed;
  const declared = new Set([...(options.names ?? []), ...Object.keys(options.structure ?? {})]);
  const compilation: Compilation = { names: new Set(), declared, types: null, slots: 0 };
  const run = compileNode(parsed.node, null, compilation);
  return { ok: true, expression: expressionOf(source, run, compilation) };
}

function expressionOf(source: string, run: Compiled, compilation: Compilation): CompiledExpression {
  const { slots } = compilation;
  return {
    source,
    names: [...compilation.names],
    evaluate: (scope, nowMs) => {
      const evaluation = startEvaluation(scope, nowMs, slots);
      return { value: bounded(() => run(evaluation) ?? null), warnings: evaluation.warnings };
    },
    evaluateToJson: (scope, nowMs) => {
      const evaluation = startEvaluation(scope, nowMs, slots);
      return { value: bounded(() => toJson(run(evaluation), evaluation)), warnings: evaluation.warnings };
    },
  };
}

/** Runs out of stack only where values or calls are nested beyond reason: that is a limit too. */
function bounded<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError)
      throw new FeelLimitError(`The expression exceeds what can be held: ${error.message}.`);
    throw error;
  }
}

/** Compiles an expression; the text comes without the leading `=` of a process attribute. */
export function compileExpression(source: string, options: CompileOptions = {}): CompileResult {
  return compile('Expression', source, options);
}

/** Compiles unary tests, such as an entry of a decision table. The tested value is looked up as `?`; gives true, false or null. */
export function compileUnaryTests(source: string, options: CompileOptions = {}): CompileResult {
  return compile('UnaryTests', source, options);
}

/** A scope that reads the own entries of a record. */
export function scopeOf(record: Readonly<Record<string, unknown>>): FeelScope {
  return { lookup: (name) => entryOf(record, name), names: () => Object.keys(record) };
}
