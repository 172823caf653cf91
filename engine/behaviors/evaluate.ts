/** Evaluating the values of a model against the variables an element instance sees. */
import {
  FeelLevelsError,
  FeelLimitError,
  FeelUnkeptError,
  type CompiledExpression,
  type FeelScope,
} from '../feel/index.js';
import { writeJson } from '../model/exact-json.js';
import type { JsonValue } from '../model/json.js';
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
  /** Present where the value cannot be kept, as one nested too deep; it is null then. */
  readonly failure?: Failure;
}

/** Evaluates a model value to JSON. A FEEL error gives null and a warning, as the standard asks. */
export function evaluate(value: ModelValue, scope: FeelScope, now: number): Evaluated {
  if (!value.feel) return { value: value.fixed ?? null, warning: '' };
  const outcome = evaluateFeel(value.feel, scope, now);
  return {
    value: outcome.value,
    warning: outcome.warnings.length > 0 ? ` (${outcome.warnings[0]?.message})` : '',
    ...(outcome.unkept && { failure: unkept(value.source, outcome.unkept) }),
  };
}

/** The failure of a value that is nested too deep; `source` is the text of the model that gave it. */
export function tooDeep(source: string): Failure {
  return unkept(source, new FeelLevelsError());
}

function unkept(source: string, { gave }: FeelUnkeptError): Failure {
  return extractFailure(`"${source}" ${gave}`);
}

/** An expression that goes beyond a limit of FEEL gives null and a warning, as any other that fails. */
function evaluateFeel(
  feel: CompiledExpression,
  scope: FeelScope,
  now: number,
): ReturnType<CompiledExpression['evaluateToJson']> & { readonly unkept: FeelUnkeptError | null } {
  try {
    return { ...feel.evaluateToJson(scope, now), unkept: null };
  } catch (failure) {
    if (!(failure instanceof FeelLimitError)) throw failure;
    const unkept = failure instanceof FeelUnkeptError ? failure : null;
    return { value: null, warnings: [{ message: failure.message }], unkept };
  }
}

/** Evaluates to text; a number is written out. */
export function evaluateText(
  value: ModelValue,
  scope: FeelScope,
  now: number,
  what: string,
): string | Failure {
  const { value: result, warning } = evaluate(value, scope, now);
  if (typeof result === 'string') return result;
  if (typeof result === 'number' || typeof result === 'bigint') return String(result);
  return extractFailure(
    `The ${what} "${value.source}" gave ${describe(result)}${warning}; it must give a text.`,
  );
}

/** Evaluates to text, or null where the value is absent or gives null. */
export function evaluateOptionalText(
  value: ModelValue | undefined,
  scope: FeelScope,
  now: number,
  what: string,
): string | null | Failure {
  if (!value) return null;
  const { value: result, failure } = evaluate(value, scope, now);
  if (failure) return failure;
  return result === null || result === '' ? null : evaluateText(value, scope, now, what);
}

/** Evaluates to a list of texts: a FEEL list, or fixed text separated by commas. */
export function evaluateTextList(
  value: ModelValue | undefined,
  scope: FeelScope,
  now: number,
  what: string,
): readonly string[] | Failure {
  if (!value) return [];
  const { value: result, warning, failure } = evaluate(value, scope, now);
  if (failure) return failure;
  if (result === null) return [];
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

/** Evaluates to a whole number. */
export function evaluateInteger(
  value: ModelValue,
  scope: FeelScope,
  now: number,
  what: string,
): number | Failure {
  const { value: result, warning } = evaluate(value, scope, now);
  const number = typeof result === 'string' && result.trim() !== '' ? Number(result) : result;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  return extractFailure(
    `The ${what} "${value.source}" gave ${describe(result)}${warning}; it must give a whole number below 2^53.`,
  );
}

/** Evaluates a condition: anything but true or false is a failure, never taken for false. */
export function evaluateCondition(value: ModelValue, scope: FeelScope, now: number): boolean | Failure {
  const { value: result, warning } = evaluate(value, scope, now);
  if (typeof result === 'boolean') return result;
  return extractFailure(
    `The condition "${value.source}" gave ${describe(result)}${warning}; it must give true or false.`,
  );
}

/** A value as a person would name it in a sentence. */
export function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = writeJson(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
