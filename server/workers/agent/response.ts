/**
 * From a model's answer to the process variables of the task. The names in `response` and the task headers
 * `resultVariable` and `resultExpression` are those that element templates for agents use.
 */
import { asVariables, readJson, writeJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';
import { evaluateExpression } from '../../agents/expressions.js';
import type { RecordedAnswer } from './history.js';
import type { AgentTask } from './task.js';

/** Where the response goes when the task has neither header. */
const DEFAULT_VARIABLE = 'agent';

/** The variables to complete the job with, or what is wrong with the task's headers. */
export type ResultVariables =
  { readonly ok: true; readonly variables: JsonObject } | { readonly ok: false; readonly message: string };

/** The response of an agent: its text or its JSON, and whether it is simulated. */
export function responseOf(task: AgentTask, answer: RecordedAnswer): JsonObject {
  const { result, model, simulated, usage, finishReason } = answer;
  const isJson = task.request.responseFormat.type === 'json';
  const text = typeof result === 'string' ? result : writeJson(result);
  return {
    ...(isJson ? { responseJson: result } : { responseText: text }),
    ...(!isJson && task.parseJson && { responseJson: parsed(text) }),
    ...(task.includeAssistantMessage && {
      responseMessage: {
        role: 'assistant',
        content: [{ type: 'text', text }],
        metadata: { model, finishReason, usage: { ...usage } },
      },
    }),
    toolCalls: [],
    simulated,
  };
}

/** What the task's headers make of a response; `now` is in milliseconds since the epoch. */
export function resultVariables(
  headers: Readonly<Record<string, string>>,
  response: JsonObject,
  now: number,
): ResultVariables {
  const { resultVariable = '', resultExpression = '' } = headers;
  const name = resultVariable.trim();
  if (resultExpression.trim() === '')
    return { ok: true, variables: { [name || DEFAULT_VARIABLE]: response } };
  const wrong = (what: string): ResultVariables => ({
    ok: false,
    message: `The header resultExpression ${what}`,
  });
  const result = evaluateExpression(resultExpression, { ...response, response }, now);
  if (!result.ok) return wrong(result.reason);
  const variables = asVariables(result.value);
  if (!variables)
    return wrong(`does not give a context${result.warning === undefined ? '.' : `: ${result.warning}`}`);
  return { ok: true, variables: { ...(name !== '' && { [name]: response }), ...variables } };
}

function parsed(text: string): JsonValue {
  try {
    return readJson(text) as JsonValue;
  } catch {
    return null;
  }
}
