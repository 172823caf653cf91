/** Takes secrets out of what a provider answers, before anybody keeps it: text, JSON, names, failures. */
import { inspectJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';
import type { BilledAnswer, ModelOutcome } from './model-port.js';
import { redact } from './secrets.js';

/** The same outcome, without the values. */
export function redactOutcome(outcome: ModelOutcome, values: readonly string[]): ModelOutcome {
  if (values.length === 0) return outcome;
  if (outcome.ok) {
    const { object, ...billed } = outcome.answer;
    return {
      ok: true,
      answer: {
        ...redactBilled(billed, values),
        // What is too deep to be walked is refused by whoever would keep it.
        object: object === undefined || inspectJson(object).fault ? object : redactJson(object, values),
      },
    };
  }
  const { failure } = outcome;
  const billed = failure.billed && redactBilled(failure.billed, values);
  return { ok: false, failure: { ...failure, message: redact(failure.message, values), billed } };
}

function redactBilled(billed: BilledAnswer, values: readonly string[]): BilledAnswer {
  const { text, model, responseId, finishReason } = billed;
  return {
    ...billed,
    text: redact(text, values),
    model: redact(model, values),
    responseId: responseId === null ? null : redact(responseId, values),
    finishReason: redact(finishReason, values),
  };
}

/** Names are texts of the provider as well as values are. */
function redactJson(value: JsonValue, values: readonly string[]): JsonValue {
  if (typeof value === 'string') return redact(value, values);
  if (typeof value === 'number' && values.includes(String(value))) return redact(String(value), values);
  if (Array.isArray(value)) return value.map((entry: JsonValue) => redactJson(entry, values));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value as JsonObject).map(
    ([name, entry]) => [redact(name, values), redactJson(entry as JsonValue, values)] as const,
  );
  return Object.fromEntries(entries);
}
