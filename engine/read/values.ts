/**
 * Values written in the model. A leading "=" makes a FEEL expression, as in the zeebe dialect;
 * anything else is fixed text.
 */
import { LEAST_INTEGER, MOST_INTEGER, isStorable } from '../model/integers.js';
import { compileExpression } from '../feel/index.js';
import type { ModelValue } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';

/** Reads a value; a syntax error is reported at the element and the value then is null. */
export function readValue(
  source: string,
  elementId: string,
  what: string,
  problems: ProblemList,
): ModelValue {
  if (!source.startsWith('=')) return { source, fixed: source, feel: undefined };
  const compiled = compileExpression(source.slice(1));
  if (compiled.ok) return { source, fixed: undefined, feel: compiled.expression };
  const first = compiled.problems[0];
  const place = first
    ? `line ${first.line}, column ${first.column}: ${first.message}`
    : 'it cannot be parsed';
  problems.error(
    'FEEL_SYNTAX',
    elementId,
    `The ${what} "${shorten(source)}" is not valid FEEL: ${place}`,
    'Correct the expression. Text constants need double quotes.',
  );
  return { source, fixed: null, feel: undefined };
}

/** Reads a value that may be absent. */
export function readOptionalValue(
  source: string | undefined,
  elementId: string,
  what: string,
  problems: ProblemList,
): ModelValue | undefined {
  return source === undefined ? undefined : readValue(source, elementId, what, problems);
}

/** Reads a value that must be an expression: fixed text is reported. */
export function readExpression(
  source: string,
  elementId: string,
  what: string,
  problems: ProblemList,
): ModelValue {
  if (!source.startsWith('=')) {
    problems.error(
      'EXPRESSION_NEEDED',
      elementId,
      `The ${what} "${shorten(source)}" is a fixed text, but it must be an expression.`,
      'Begin it with "=" to make it a FEEL expression.',
    );
  }
  return readValue(source, elementId, what, problems);
}

/** Reads how often a job may fail; three times where nothing is written. Without any it is given once all the same. */
export function readRetries(
  source: string | undefined,
  elementId: string,
  what: string,
  problems: ProblemList,
): ModelValue {
  const retries = readValue(source ?? '3', elementId, what, problems);
  checkInteger(retries, elementId, what, problems);
  return retries;
}

/** Reports a fixed value that is no whole number, or one that not every database holds. */
export function checkInteger(
  { fixed, source }: ModelValue,
  elementId: string,
  what: string,
  problems: ProblemList,
): void {
  if (typeof fixed !== 'string') return;
  const text = fixed.trim();
  if (/^-?[0-9]+$/.test(text) && isStorable(Number(text))) return;
  problems.error(
    'VALUE_INVALID',
    elementId,
    `The ${what} "${shorten(source)}" is no whole number from ${LEAST_INTEGER} to ${MOST_INTEGER}.`,
    'Write a whole number such as 3.',
  );
}

function shorten(source: string): string {
  return source.length > 80 ? `${source.slice(0, 77)}...` : source;
}
