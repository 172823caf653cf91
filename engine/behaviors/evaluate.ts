/** Evaluating the values of a model against the variables an element instance sees. */
import {
  FeelAssertionError,
  FeelFailure,
  FeelLevelsError,
  FeelUnkeptError,
  type FeelScope,
} from '../feel/index.js';
import { writeJson } from '../model/exact-json.js';
import { LEAST_INTEGER, MOST_INTEGER, isStorable } from '../model/integers.js';
import type { JsonValue } from '../model/json.js';
import { inspectJson } from '../model/json-limits.js';
import type { ModelValue } from '../model/process-model.js';
import type { IncidentType } from '../records/engine-events.js';
import { enclosingScope, type ElementInstance } from '../state/instance-tree.js';

/** Why an element cannot go on; the kernel makes an incident of it. */
export interface Failure {
  readonly failure: IncidentType;
  readonly message: string;
}

/** Whether an outcome is a failure. */
export function isFailure(outcome: unknown): outcome is Failure {
  return typeof outcome === 'object' && outcome !== null && 'failure' in outcome;
}

/** A value that could not be read from an expression. */
export function extractFailure(message: string): Failure {
  return { failure: 'EXTRACT_VALUE_ERROR', message };
}

/** The variables visible from an element instance, as FEEL asks for them. */
export function scopeOfElement(element: ElementInstance): FeelScope {
  return {
    lookup(name) {
      for (let scope: ElementInstance | null = element; scope; scope = enclosingScope(scope)) {
        const variable = scope.variables?.get(name);
        if (variable) return variable.value;
      }
      return undefined;
    },
  };
}

/** What an evaluation gave, and what it warned of. */
export interface Evaluated {
  readonly value: JsonValue;
  readonly warning: string;
}

/**
 * Evaluates a model value to JSON. A FEEL error gives null and a warning, as the standard asks. An assertion that does
 * not hold is a failure, and so is a value that cannot be kept.
 */
export function evaluate(value: ModelValue, scope: FeelScope, now: number): Evaluated | Failure {
  const { feel, source } = value;
  if (!feel) return { value: value.fixed ?? null, warning: '' };
  try {
    const { value: result, warnings } = feel.evaluateToJson(scope, now);
    const warning = warnings.length > 0 ? ` (${warnings[0]?.message})` : '';
    return whyNotKept(result, source) ?? { value: result, warning };
  } catch (failure) {
    if (failure instanceof FeelUnkeptError) return unkept(source, failure);
    if (failure instanceof FeelAssertionError) {
      return extractFailure(`An assertion of "${source}" does not hold: ${failure.message}`);
    }
    // An expression that goes beyond a limit of FEEL gives null and a warning, as any other that fails.
    if (failure instanceof FeelFailure) return { value: null, warning: ` (${failure.message})` };
    throw failure;
  }
}

/** The failure of a value that is nested too deep; `source` is the text of the model that gave it. */
export function tooDeep(source: string): Failure {
  return unkept(source, new FeelLevelsError());
}

function unkept(source: string, { gave }: FeelUnkeptError): Failure {
  return extractFailure(`"${source}" ${gave}`);
}

/** Why a value cannot be kept: a database would cut a text at U+0000, or refuse it. */
function whyNotKept(value: JsonValue, source: string): Failure | undefined {
  const { fault } = inspectJson(value);
  if (fault?.kind !== 'null character') return undefined;
  const place = fault.place.length > 0 ? ` at ${fault.place.slice(0, 5).join('.')}` : '';
  return extractFailure(`"${source}" gave a text with the character U+0000${place}. Leave it out.`);
}

/** Evaluates to text; a number is written out. */
export function evaluateText(
  value: ModelValue,
  scope: FeelScope,
  now: number,
  what: string,
): string | Failure {
  const outcome = evaluate(value, scope, now);
  if (isFailure(outcome)) return outcome;
  const { value: result, warning } = outcome;
  if (typeof result === 'string') return result;
  if (typeof result === 'number' || typeof result === 'bigint') return String(result);
  return extractFailure(
    `The ${what} "${value.source}" gave ${describe(result)}${warning}; it must give a text.`,
  );
}

/** Evaluates to a name that others have to say: a text that is not blank. */
export function evaluateName(
  value: ModelValue,
  scope: FeelScope,
  now: number,
  what: string,
): string | Failure {
  const name = evaluateText(value, scope, now, what);
  if (isFailure(name) || name.trim() !== '') return name;
  return extractFailure(`The ${what} "${value.source}" gave a blank text; it must give a name.`);
}

/** Evaluates to text, or null where the value is absent or gives null. */
export function evaluateOptionalText(
  value: ModelValue | undefined,
  scope: FeelScope,
  now: number,
  what: string,
): string | null | Failure {
  if (!value) return null;
  const outcome = evaluate(value, scope, now);
  if (isFailure(outcome)) return outcome;
  return outcome.value === null || outcome.value === '' ? null : evaluateText(value, scope, now, what);
}

/** The same for what must be said: null only where the model says so, by "=null". */
export function evaluateStatedText(
  value: ModelValue | undefined,
  scope: FeelScope,
  now: number,
  what: string,
): string | null | Failure {
  if (!value || isNullLiteral(value)) return null;
  const outcome = evaluate(value, scope, now);
  if (isFailure(outcome)) return outcome;
  return outcome.value === '' ? null : evaluateText(value, scope, now, what);
}

/** Whether a model says in so many words that there is nothing. */
function isNullLiteral({ source }: ModelValue): boolean {
  return /^=\s*null\s*$/.test(source);
}

/**
 * Evaluates to a list of texts: a FEEL list, or fixed text separated by commas. Null is a list only where the model says
 * "=null": anywhere else most likely a name is misspelt, and nobody would ever learn of it.
 */
export function evaluateTextList(
  value: ModelValue | undefined,
  scope: FeelScope,
  now: number,
  what: string,
): readonly string[] | Failure {
  if (!value || isNullLiteral(value)) return [];
  const outcome = evaluate(value, scope, now);
  if (isFailure(outcome)) return outcome;
  const { value: result, warning } = outcome;
  if (typeof result === 'string')
    return result
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (Array.isArray(result) && result.every((part) => typeof part === 'string')) return result;
  return extractFailure(
    `The ${what} "${value.source}" gave ${describe(result)}${warning}; it must give a list of texts.`,
  );
}

/** Evaluates to a whole number that every database holds. */
export function evaluateInteger(
  value: ModelValue,
  scope: FeelScope,
  now: number,
  what: string,
): number | Failure {
  const outcome = evaluate(value, scope, now);
  if (isFailure(outcome)) return outcome;
  const { value: result, warning } = outcome;
  const number = typeof result === 'string' && result.trim() !== '' ? Number(result) : result;
  if (typeof number === 'number' && isStorable(number)) return number;
  return extractFailure(
    `The ${what} "${value.source}" gave ${describe(result)}${warning}; it must give a whole number from ${LEAST_INTEGER} to ${MOST_INTEGER}.`,
  );
}

/** Evaluates a condition: anything but true or false is a failure, never taken for false. */
export function evaluateCondition(value: ModelValue, scope: FeelScope, now: number): boolean | Failure {
  const outcome = evaluate(value, scope, now);
  if (isFailure(outcome)) return outcome;
  const { value: result, warning } = outcome;
  if (typeof result === 'boolean') return result;
  return extractFailure(
    `The condition "${value.source}" gave ${describe(result)}${warning}; it must give true or false.`,
  );
}

/** Whether a condition that is waited for holds: one that cannot be told yet does not. */
export function isMet(value: ModelValue, scope: FeelScope, now: number): boolean {
  const outcome = evaluate(value, scope, now);
  return !isFailure(outcome) && outcome.value === true;
}

/** A value as a person would name it in a sentence. */
export function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = writeJson(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
