/**
 * Decision tables to closures (DMN 1.5, 8). The conditions of each column are indexed once; an evaluation computes the
 * inputs, intersects the columns' candidate sets, asks the few conditions that aren't indexed, and applies the hit policy.
 */
import type { Evaluation, FeelScope } from '../../feel/values.js';
import { setEntry } from '../../feel/values.js';
import { equals } from '../../feel/equality.js';
import type { EmbeddedTests } from '../../feel/embed.js';
import { compileLiteral, type Boxed, type BoxedEnvironment } from '../compile/boxed.js';
import type { DecisionTable, TableOutput } from '../model.js';
import { emptySet, addRule, nextCommon, type RuleSet } from './bits.js';
import { indexColumn, shapeOf, type ColumnIndex } from './column-index.js';
import { applyPolicy, type Hit } from './hit-policy.js';

/** Takes note of what a table's evaluation saw, for audit and API. */
export interface TableRecorder {
  inputs(values: readonly unknown[]): void;
  matched(rule: number, outputs: readonly unknown[]): void;
  violated(message: string): void;
}

/** A compiled table; the recorder is null where nobody asks. */
export type CompiledTable = (
  evaluation: Evaluation,
  scope: FeelScope,
  recorder: TableRecorder | null,
) => unknown;

interface Column {
  readonly input: Boxed;
  readonly tests: readonly (EmbeddedTests | null)[];
  readonly index: ColumnIndex;
}

/** Compiles a table in its environment. */
export function compileTable(table: DecisionTable, environment: BoxedEnvironment): CompiledTable {
  const columns = table.inputs.map((input, column): Column => {
    const tests = compileTests(
      table.rules.map((rule) => ({ id: rule.id, text: rule.inputs[column] ?? '-' })),
      environment,
    );
    const allowed =
      input.allowedValues === null
        ? null
        : compileTests([{ id: input.id, text: input.allowedValues }], environment)[0];
    // Variables come from JSON, where a date is a text: a column of dates reads it as the date it stands for.
    const type = environment.types.find(input.typeRef);
    const value = compileLiteral(input.expression, input.id, environment);
    const read: Boxed =
      type === null ? value : (evaluation, scope) => type.fromOutside(value(evaluation, scope));
    return {
      input: checked(read, allowed, input.label),
      tests,
      index: indexColumn(tests.map((test) => (test === null ? null : shapeOf(test.node)))),
    };
  });
  const outputs = table.rules.map((rule) =>
    table.outputs.map((_, column) => compileLiteral(rule.outputs[column] ?? '', rule.id, environment)),
  );
  const fallback = compileFallback(table.outputs, environment);
  const rank = ranking(table.outputs, environment);
  const rules = table.rules.length;
  const everyRule = emptySet(rules);
  for (let rule = 0; rule < rules; rule++) addRule(everyRule, rule);
  const firstOnly = table.hitPolicy === 'FIRST';

  return (evaluation, scope, recorder) => {
    const values = columns.map((column) => column.input(evaluation, scope));
    recorder?.inputs(values);
    const candidates = columns.map((column, index) => column.index.candidates(values[index]));
    const sets = candidates.filter((set): set is RuleSet => set !== null);
    if (sets.length === 0) sets.push(everyRule);
    const hits: Hit[] = [];
    for (
      let rule = nextCommon(sets, 0, rules);
      rule >= 0;
      rule = rule + 1 < rules ? nextCommon(sets, rule + 1, rules) : -1
    ) {
      evaluation.spend(1);
      if (!asked(columns, candidates, values, rule, evaluation, scope)) continue;
      const made = outputs[rule].map((output) => output(evaluation, scope));
      recorder?.matched(rule, made);
      hits.push({ outputs: made, value: combine(table.outputs, made) });
      if (firstOnly) break;
    }
    if (hits.length === 0) return fallback(evaluation, scope);
    const verdict = applyPolicy(table.hitPolicy, table.aggregation, hits, (column, output) =>
      rank(column, output, evaluation, scope),
    );
    if ('value' in verdict) return verdict.value;
    evaluation.warn(verdict.violation);
    recorder?.violated(verdict.violation);
    return null;
  };
}

/** Asks a candidate rule's conditions that the indexes could not decide. */
function asked(
  columns: readonly Column[],
  candidates: readonly (RuleSet | null)[],
  values: readonly unknown[],
  rule: number,
  evaluation: Evaluation,
  scope: FeelScope,
): boolean {
  return columns.every(({ tests, index }, column) => {
    if (candidates[column] !== null && !index.asked[rule]) return true;
    const test = tests[rule];
    return test !== null && test.test(values[column], evaluation, scope) === true;
  });
}

/** Compiles conditions; equal texts once. A text that isn't FEEL is reported and never matches. */
function compileTests(
  cells: readonly { readonly id: string; readonly text: string }[],
  environment: BoxedEnvironment,
): (EmbeddedTests | null)[] {
  const known = new Map<string, EmbeddedTests | null>();
  return cells.map(({ id, text }) => {
    const source = text.trim() === '' ? '-' : text;
    const made = known.get(source);
    if (made !== undefined) return made;
    const result = environment.embedder.tests(source);
    if (!result.ok) for (const problem of result.problems) environment.report(id, source, problem);
    const compiled = result.ok ? result.compiled : null;
    known.set(source, compiled);
    return compiled;
  });
}

/** An input whose allowed values are checked: others become null. */
function checked(input: Boxed, allowed: EmbeddedTests | null, label: string): Boxed {
  if (allowed === null) return input;
  return (evaluation, scope) => {
    const value = input(evaluation, scope);
    if (value === null || allowed.test(value, evaluation, scope) === true) return value;
    evaluation.warn(`The value of the input '${label}' is not one of the allowed values.`);
    return null;
  };
}

function combine(outputs: readonly TableOutput[], values: readonly unknown[]): unknown {
  if (outputs.length === 1) return values[0];
  const result: Record<string, unknown> = {};
  for (const [index, output] of outputs.entries()) setEntry(result, output.name, values[index]);
  return result;
}

function compileFallback(outputs: readonly TableOutput[], environment: BoxedEnvironment): Boxed {
  if (outputs.every((output) => output.defaultEntry === null)) return () => null;
  const entries = outputs.map((output) => compileLiteral(output.defaultEntry ?? '', output.id, environment));
  return (evaluation, scope) =>
    combine(
      outputs,
      entries.map((entry) => entry(evaluation, scope)),
    );
}

/** Ranks outputs by the list of values of their column. */
function ranking(
  outputs: readonly TableOutput[],
  environment: BoxedEnvironment,
): (column: number, output: unknown, evaluation: Evaluation, scope: FeelScope) => number {
  const lists = outputs.map((output) =>
    output.values === null ? null : compileLiteral(`[${output.values}]`, output.id, environment),
  );
  return (column, output, evaluation, scope) => {
    const list = lists[column]?.(evaluation, scope);
    if (!Array.isArray(list)) return 0;
    const position = list.findIndex((value) => equals(value, output) === true);
    return position < 0 ? list.length : position;
  };
}
