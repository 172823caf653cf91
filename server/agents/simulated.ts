/**
 * The simulated provider: asks nobody. It evaluates the element's own expression (FEEL, in the extension
 * property `simulatedResult`) over the job's variables. Where there is no expression it gives no answer:
 * it never makes up text.
 */
import { writeJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';
import { evaluateExpression } from './expressions.js';
import { compileSchema } from './json-validation.js';
import { modelFailure } from './model-port.js';
import type { ModelOutcome, ModelProvider, ModelRequest } from './model-port.js';

/** The name of the element's extension property that holds the expression. */
export const SIMULATED_RESULT = 'simulatedResult';

/** What a simulated answer is made from. */
export interface Simulation {
  /** The property's text, with or without the leading `=`; undefined where the element has none. */
  readonly expression: string | undefined;
  readonly variables: JsonObject;
  /** Milliseconds since the epoch, for now() and today(). */
  readonly now: number;
  /** Whether this server gives simulated answers at all. */
  readonly allowed: boolean;
}

/** A simulated provider, or why there is none: a sentence for people. */
export type SimulatedProvider =
  { readonly ok: true; readonly provider: ModelProvider } | { readonly ok: false; readonly message: string };

/** The provider for one job of one element. */
export function simulatedProvider({ expression, variables, now, allowed }: Simulation): SimulatedProvider {
  if (!allowed) {
    return {
      ok: false,
      message:
        'Simulated answers are refused in production. Choose a model provider for this task, or start the ' +
        'server with COUNTERSIGN_SIMULATED=allow.',
    };
  }
  if (!expression?.trim()) {
    return {
      ok: false,
      message:
        'This task has no model provider and no simulated answer. Choose a provider, or give the element the ' +
        `extension property "${SIMULATED_RESULT}" with a FEEL expression.`,
    };
  }
  const call = (request: ModelRequest): Promise<ModelOutcome> => answer(expression, variables, now, request);
  return { ok: true, provider: { name: 'simulated', simulated: true, endpoint: null, call } };
}

async function answer(
  expression: string,
  variables: JsonObject,
  now: number,
  request: ModelRequest,
): Promise<ModelOutcome> {
  const result = evaluateExpression(expression, variables, now);
  const wrong = (what: string): ModelOutcome =>
    modelFailure('refused', `The expression "${SIMULATED_RESULT}" ${what}`);
  if (!result.ok) return wrong(result.reason);
  if (result.value === null)
    return wrong(`gives null${result.warning === undefined ? '.' : `: ${result.warning}`}`);
  return fit(result.value, request);
}

async function fit(value: JsonValue, { responseFormat, model }: ModelRequest): Promise<ModelOutcome> {
  const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  const text = typeof value === 'string' ? value : writeJson(value);
  const billed = { text, usage, model, responseId: null, finishReason: 'stop' };
  if (responseFormat.type === 'text') return { ok: true, answer: { ...billed, object: undefined } };
  if (responseFormat.schema) {
    const schema = await compileSchema(responseFormat.schema);
    const complaint = schema.ok ? schema.validate(value) : schema.reason;
    if (complaint) {
      return modelFailure('refused', `The simulated answer does not fit the response schema: ${complaint}.`, {
        billed,
      });
    }
  }
  return { ok: true, answer: { ...billed, object: value } };
}
