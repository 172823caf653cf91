/** FEEL that stands in headers and properties of a model: compiled once, evaluated for each job. */
import { FeelFailure, compileExpression, scopeOf } from '@countersign/engine';
import type { CompileResult, JsonObject, JsonValue } from '@countersign/engine';
import { createBoundedCache } from './bounded-cache.js';

/** A value with the first warning on it, or why there is none: the rest of a sentence about the expression. */
export type Evaluation =
  | { readonly ok: true; readonly value: JsonValue; readonly warning: string | undefined }
  | { readonly ok: false; readonly reason: string };

const compiled = createBoundedCache<CompileResult>();

/** Evaluates an expression, with or without its leading `=`, over variables; `now` in epoch milliseconds. */
export function evaluateExpression(text: string, variables: JsonObject, now: number): Evaluation {
  const source = text.trim().replace(/^=/, '');
  const result = compiled.get(source, () => compileExpression(source));
  if (!result.ok) return { ok: false, reason: `is not FEEL: ${result.problems[0]?.message ?? ''}` };
  try {
    const { value, warnings } = result.expression.evaluateToJson(scopeOf(variables), now);
    return { ok: true, value, warning: warnings[0]?.message };
  } catch (error) {
    if (error instanceof FeelFailure) return { ok: false, reason: `cannot be evaluated: ${error.message}` };
    throw error;
  }
}
