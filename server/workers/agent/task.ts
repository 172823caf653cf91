/**
 * What an agent task asks for, read from its job's variables: the input names that element templates for
 * `io.camunda.agenticai:aiagent:1` write. What is asked for and not known here is refused, never skipped.
 */
import { writeJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';
import type { DefaultModel } from '../../agents/default-model.js';
import type { ModelMessage, ModelRequest, ResponseFormat } from '../../agents/model-port.js';
import { durationOf } from './durations.js';

/** Where the model is asked. Texts may hold references to secrets, which are not put in place here. */
export type ProviderChoice =
  | { readonly type: 'simulated' }
  | {
      readonly type: 'openai-compatible';
      readonly endpoint: string;
      readonly apiKey: string | undefined;
      readonly headers: Readonly<Record<string, string>>;
    };

/** An agent task, ready to be done. */
export interface AgentTask {
  readonly provider: ProviderChoice;
  readonly request: ModelRequest;
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
  /** Answers that may be paid for one job. */
  readonly maxModelCalls: number;
  /** Whether a text answer is also tried as JSON. */
  readonly parseJson: boolean;
  /** Whether the result holds the model's message as it came. */
  readonly includeAssistantMessage: boolean;
}

/** A task, or everything that is wrong with its inputs. */
export type TaskReading =
  { readonly ok: true; readonly task: AgentTask } | { readonly ok: false; readonly message: string };

const DEFAULT_TIMEOUT = 120_000;
const MAX_TIMEOUT = 30 * 60_000;
const DEFAULT_OUTPUT_TOKENS = 4096;
const DEFAULT_MODEL_CALLS = 10;

/** Reads inputs by path and collects what is wrong with them. */
interface Inputs {
  readonly problems: string[];
  value(path: string): JsonValue | undefined;
  text(path: string): string | undefined;
  needed(path: string): string;
  number(path: string, from: number, to: number): number | null;
}

/** Reads a job's variables. `ownModel` is the server's, for a task that names no provider. */
export function readAgentTask(variables: JsonObject, ownModel: DefaultModel | null): TaskReading {
  const inputs = inputsOf(variables);
  const provider = readProvider(inputs, ownModel);
  const model = provider ? readModel(inputs, provider, ownModel) : '';
  const parameters = 'provider.openaiCompatible.model.parameters';
  const request: ModelRequest = {
    model,
    messages: readMessages(inputs),
    responseFormat: readFormat(inputs),
    maxOutputTokens:
      inputs.number(`${parameters}.maxCompletionTokens`, 1, 1_000_000) ??
      inputs.number(`${parameters}.maxTokens`, 1, 1_000_000) ??
      DEFAULT_OUTPUT_TOKENS,
    temperature: inputs.number(`${parameters}.temperature`, 0, 2),
    topP: inputs.number(`${parameters}.topP`, 0, 1),
  };
  refuseUnknown(inputs);
  const timeoutMs = readTimeout(inputs);
  const maxModelCalls = inputs.number('data.limits.maxModelCalls', 1, 1000) ?? DEFAULT_MODEL_CALLS;
  if (inputs.problems.length > 0 || !provider) return { ok: false, message: inputs.problems.join(' ') };
  const parseJson = isOn(inputs.value('data.response.format.parseJson'));
  const includeAssistantMessage = isOn(inputs.value('data.response.includeAssistantMessage'));
  return {
    ok: true,
    task: { provider, request, timeoutMs, maxModelCalls, parseJson, includeAssistantMessage },
  };
}

function inputsOf(variables: JsonObject): Inputs {
  const problems: string[] = [];
  const value = (path: string): JsonValue | undefined => {
    let found: JsonValue | undefined = variables;
    for (const name of path.split('.')) found = isObject(found) ? found[name] : undefined;
    return found === null || found === '' ? undefined : found;
  };
  const text = (path: string): string | undefined => {
    const found = value(path);
    if (found === undefined || typeof found === 'string') return found;
    problems.push(`The input ${path} is not a text.`);
    return undefined;
  };
  return {
    problems,
    value,
    text,
    needed(path) {
      const before = problems.length;
      const found = text(path);
      if (found === undefined && problems.length === before) problems.push(`The input ${path} is missing.`);
      return found ?? '';
    },
    number(path, from, to) {
      const given = value(path);
      if (given === undefined) return null;
      // An input without FEEL is a text, also where a number is meant.
      const found = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      if (typeof found === 'number' && found >= from && found <= to) return found;
      problems.push(`The input ${path} is not a number from ${from} to ${to}.`);
      return null;
    },
  };
}

function readModel(inputs: Inputs, provider: ProviderChoice, ownModel: DefaultModel | null): string {
  if (provider.type === 'simulated') return 'simulated';
  const path = 'provider.openaiCompatible.model.model';
  const isOwn = inputs.value('provider.type') === undefined;
  return isOwn ? (inputs.text(path) ?? ownModel?.model ?? '') : inputs.needed(path);
}

function readProvider(inputs: Inputs, ownModel: DefaultModel | null): ProviderChoice | undefined {
  const given = inputs.text('provider.type');
  if (given === undefined && ownModel) return { type: 'openai-compatible', ...ownModel, headers: {} };
  const type = given ?? 'simulated';
  if (type === 'simulated') return { type };
  if (type !== 'openai-compatible' && type !== 'openaiCompatible') {
    inputs.problems.push(
      `The model provider "${type}" is not supported. Use "openai-compatible" with the address of the provider, or "simulated".`,
    );
    return undefined;
  }
  const headers: Record<string, string> = {};
  const rawHeaders = inputs.value('provider.openaiCompatible.headers');
  if (rawHeaders !== undefined && !isObject(rawHeaders))
    inputs.problems.push('The input provider.openaiCompatible.headers is not a context.');
  for (const [name, header] of Object.entries(isObject(rawHeaders) ? rawHeaders : {})) {
    if (typeof header === 'string') headers[name] = header;
    else inputs.problems.push(`The header "${name}" in provider.openaiCompatible.headers is not a text.`);
  }
  return {
    type: 'openai-compatible',
    endpoint: inputs.needed('provider.openaiCompatible.endpoint'),
    apiKey: inputs.text('provider.openaiCompatible.authentication.apiKey'),
    headers,
  };
}

function readMessages(inputs: Inputs): ModelMessage[] {
  const system = inputs.text('data.systemPrompt.prompt');
  const user = inputs.needed('data.userPrompt.prompt');
  const filled = (prompt: string, path: string): string => fillIn(prompt, inputs.value(path));
  return [
    ...(system === undefined
      ? []
      : [{ role: 'system', content: filled(system, 'data.systemPrompt.parameters') } as const]),
    { role: 'user', content: filled(user, 'data.userPrompt.parameters') },
  ];
}

/** Puts parameters in place of `{{name}}`; a name without a parameter stays as it stands. */
function fillIn(prompt: string, parameters: JsonValue | undefined): string {
  if (!isObject(parameters)) return prompt;
  return prompt.replace(/\{\{\s*(\w+)\s*\}\}/g, (reference, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined || value === null) return reference;
    return typeof value === 'string' ? value : writeJson(value);
  });
}

function readFormat(inputs: Inputs): ResponseFormat {
  const type = inputs.text('data.response.format.type') ?? 'text';
  if (type === 'text') return { type };
  if (type !== 'json')
    inputs.problems.push(`The response format "${type}" is not known. Use "text" or "json".`);
  const schema = inputs.value('data.response.format.schema');
  if (schema !== undefined && !isObject(schema)) {
    inputs.problems.push('The input data.response.format.schema is not a JSON schema: give it as a context.');
  }
  // Providers take such names only; others are refused with a 400.
  const schemaName = (inputs.text('data.response.format.schemaName') ?? 'response')
    .replace(/[^A-Za-z0-9_-]/g, '_')
    .slice(0, 64);
  return { type: 'json', schema: isObject(schema) ? schema : null, schemaName };
}

function readTimeout(inputs: Inputs): number {
  const path = 'provider.openaiCompatible.timeouts.timeout';
  const given = inputs.text(path);
  if (given === undefined) return DEFAULT_TIMEOUT;
  const milliseconds = durationOf(given);
  if (milliseconds !== null && milliseconds >= 1 && milliseconds <= MAX_TIMEOUT) return milliseconds;
  inputs.problems.push(`The input ${path} is not a duration of at most 30 minutes, such as PT60S.`);
  return DEFAULT_TIMEOUT;
}

/** Inputs that ask for what this task cannot do yet. */
const NOT_YET: Readonly<Record<string, string>> = {
  'data.tools.containerElementId': 'tools for the agent',
  'data.userPrompt.documents': 'documents in a prompt',
  'data.context': 'going on with an earlier conversation',
};

function refuseUnknown({ value, problems }: Inputs): void {
  for (const [path, what] of Object.entries(NOT_YET)) {
    const given = value(path);
    const isEmpty = given === undefined || (Array.isArray(given) && given.length === 0);
    if (!isEmpty)
      problems.push(`The input ${path} asks for ${what}, which is not supported yet. Remove the input.`);
  }
}

function isOn(value: JsonValue | undefined): boolean {
  return value === true || value === 'true';
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
