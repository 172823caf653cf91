/** One question to FEEL and its answer, by the engine itself in this browser. */
import {
  compileExpression,
  compileUnaryTests,
  FeelFailure,
  FeelLimitError,
  kindOf,
  scopeOf,
  toJson,
  readJson,
  type CompiledExpression,
  type FeelProblem,
  type JsonValue,
} from '@countersign/engine';

/** What is asked. Unary tests test `value`, itself an expression; `context` is a JSON object of variables. */
export interface Question {
  kind: 'expression' | 'tests';
  text: string;
  value: string;
  context: string;
}

/** A place in a text; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** What comes of it. `field` says which of the texts is wrong. */
export type Answer =
  | { state: 'nothing' }
  | { state: 'context'; message: string }
  | { state: 'problem'; field: 'text' | 'value'; problem: FeelProblem }
  | { state: 'limit'; message: string }
  | { state: 'failed'; message: string }
  | { state: 'value'; value: JsonValue; type: string; warnings: { message: string; place: Place | null }[] };

type Names = NonNullable<NonNullable<Parameters<typeof compileExpression>[1]>['structure']>;
type Variables = Record<string, unknown>;

/** Evaluates a question at a time, given in epoch milliseconds, which now() and today() tell. Never throws. */
export function answer(question: Question, nowMs: number): Answer {
  if (question.text.trim() === '') return { state: 'nothing' };
  const context = variablesOf(question.context);
  if ('message' in context) return { state: 'context', message: context.message };
  const { variables } = context;
  try {
    if (question.kind === 'expression')
      return valueOf('text', question.text, compileExpression, variables, nowMs);
    const tested = valueOf('value', question.value || 'null', compileExpression, variables, nowMs);
    if (tested.state !== 'value') return tested;
    return valueOf('text', question.text, compileUnaryTests, { ...variables, '?': tested.raw }, nowMs);
  } catch (error) {
    if (error instanceof FeelFailure)
      return { state: error instanceof FeelLimitError ? 'limit' : 'failed', message: error.message };
    throw error;
  }
}

/** The place of an offset in a text. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The offset of a place in a text. */
export function offsetOf(text: string, { line, column }: Place): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1);
}

function variablesOf(text: string): { variables: Variables } | { message: string } {
  if (text.trim() === '') return { variables: {} };
  try {
    const parsed: unknown = readJson(text);
    return isRecord(parsed) ? { variables: parsed } : { message: '' };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function isRecord(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The names within values, so that those with spaces and signs are read as names. */
function namesOf(value: unknown): Names | null {
  if (Array.isArray(value)) return namesOf(value[0]);
  if (!isRecord(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, namesOf(inner)]));
}

function valueOf(
  field: 'text' | 'value',
  text: string,
  compile: typeof compileExpression,
  variables: Variables,
  nowMs: number,
): Exclude<Answer, { state: 'value' }> | (Extract<Answer, { state: 'value' }> & { raw: unknown }) {
  // Attributes of a diagram begin with an equals sign; a space in its stead keeps every place.
  const source = text.replace(/^(\s*)=/, '$1 ');
  const compiled = compile(source, { structure: namesOf(variables) ?? {} });
  if (!compiled.ok) return { state: 'problem', field, problem: compiled.problems[0] };
  return { state: 'value', ...run(compiled.expression, source, variables, nowMs) };
}

function run(expression: CompiledExpression, source: string, variables: Variables, nowMs: number) {
  const { value, warnings } = expression.evaluate(scopeOf(variables), nowMs);
  return {
    raw: value,
    value: toJson(value),
    type: kindOf(value),
    warnings: warnings.map(({ message, at }) => ({
      message,
      place: at === undefined ? null : placeOf(source, at),
    })),
  };
}
