/**
 * Providers that speak the chat completions protocol of OpenAI: hosted ones, and Ollama, llama.cpp, vLLM or
 * LM Studio on an own machine. The library's own retries and its telemetry are off: each call is one request,
 * and the worker alone decides to try again.
 */
import type * as Compatible from '@ai-sdk/openai-compatible';
import type * as Ai from 'ai';
import { readJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import { describeUnusable, watchAnswer } from './unusable-answers.js';
import type { SeenAnswer } from './unusable-answers.js';
import { redactOutcome } from './redacted-answer.js';
import { readLooseJson } from './loose-json.js';
import { compileSchema, isStrictSchema } from './json-validation.js';
import type { Validate } from './json-validation.js';
import { limitedFetch } from './limited-fetch.js';
import { modelFailure } from './model-port.js';
import type {
  BilledAnswer,
  CallLimits,
  ModelOutcome,
  ModelProvider,
  ModelRequest,
  ModelUsage,
} from './model-port.js';
import { failureOfError, httpFailure } from './provider-failure.js';

/** Where and how a provider is reached. The key and the headers hold secrets: they stay in memory. */
export interface Endpoint {
  /** Base URL, such as `http://localhost:11434/v1`. */
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Values that must not stand in any message. */
  readonly secretValues: readonly string[];
}

interface Library {
  readonly ai: typeof Ai;
  readonly compatible: typeof Compatible;
}
type GenerateOptions = Parameters<typeof Ai.generateText>[0];

const NAME = 'openai-compatible';
const OPENAI_HOST = 'api.openai.com';

let library: Promise<Library> | undefined;

/** The library is large: it is read for the first call, not for the start of the server. */
async function loadLibrary(): Promise<Library> {
  library ??= Promise.all([import('ai'), import('@ai-sdk/openai-compatible')]).then(([ai, compatible]) => {
    // It would write warnings about models to the console, past the log.
    Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
    return { ai, compatible };
  });
  return library;
}

/** A provider at an endpoint. */
export function openAiCompatibleProvider(endpoint: Endpoint): ModelProvider {
  return {
    name: NAME,
    simulated: false,
    endpoint: endpoint.url,
    // A provider, or a proxy before it, may say the key back.
    call: async (request, limits) =>
      redactOutcome(await ask(endpoint, request, limits), endpoint.secretValues),
  };
}

async function ask(endpoint: Endpoint, request: ModelRequest, limits: CallLimits): Promise<ModelOutcome> {
  const format = request.responseFormat;
  const schema = format.type === 'json' && format.schema ? await compileSchema(format.schema) : undefined;
  if (schema && !schema.ok)
    return modelFailure('refused', `The response schema cannot be used: ${schema.reason}.`);
  const { ai, compatible } = await loadLibrary();
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const abortSignal = AbortSignal.any([timeout, limits.signal]);
  const seen: SeenAnswer = { refusal: null, toolNames: [] };
  try {
    const result = await ai.generateText({
      ...questionOf(request),
      model: modelOf(compatible, endpoint, request, seen),
      maxRetries: 0,
      abortSignal,
      output: outputOf(ai, request, schema?.validate),
      providerOptions: { openaiCompatible: { strictJsonSchema: isStrictSchema(schemaOf(request)) } },
      experimental_telemetry: { isEnabled: false, recordInputs: false, recordOutputs: false },
    });
    const billed = billedOf(result, request);
    const unusable = describeUnusable(seen, billed);
    if (unusable) return modelFailure(unusable.kind, unusable.message, { billed });
    if (format.type === 'text') return { ok: true, answer: { ...billed, object: undefined } };
    return { ok: true, answer: { ...billed, object: readJson(billed.text) as JsonObject } };
  } catch (error) {
    if (limits.signal.aborted)
      return modelFailure('stopped', 'The server stopped before the model had answered.');
    if (timeout.aborted) {
      return modelFailure('timeout', `The model did not answer within ${limits.timeoutMs / 1000} s.`);
    }
    if (ai.NoObjectGeneratedError.isInstance(error)) {
      const { text = '', usage, response, finishReason = 'unknown' } = error;
      const billed = billedOf({ text, usage, response, finishReason }, request);
      const unusable = describeUnusable(seen, billed);
      if (unusable) return modelFailure(unusable.kind, unusable.message, { billed });
      const object = readLooseJson(text);
      if (object !== undefined && !schema?.validate(object))
        return { ok: true, answer: { ...billed, object } };
      return modelFailure('invalid output', complaintOf(text, schema?.validate), { billed });
    }
    if (ai.APICallError.isInstance(error)) return httpFailure(error, endpoint.secretValues);
    return failureOfError(error, endpoint.secretValues);
  }
}

/** The messages and settings of a request, as the library takes them. */
function questionOf(
  request: ModelRequest,
): Pick<
  GenerateOptions & { messages: object },
  'messages' | 'system' | 'maxOutputTokens' | 'temperature' | 'topP'
> {
  return {
    system: request.messages
      .filter(({ role }) => role === 'system')
      .map(({ content }) => ({ role: 'system', content })),
    messages: request.messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content }])),
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature ?? undefined,
    topP: request.topP ?? undefined,
  };
}

function modelOf(
  compatible: typeof Compatible,
  endpoint: Endpoint,
  request: ModelRequest,
  seen: SeenAnswer,
): Ai.LanguageModel {
  const isOpenAi = new URL(endpoint.url).hostname === OPENAI_HOST;
  const provider = compatible.createOpenAICompatible({
    name: 'openaiCompatible',
    baseURL: endpoint.url,
    apiKey: endpoint.apiKey,
    headers: { ...endpoint.headers },
    supportsStructuredOutputs: true,
    fetch: watchAnswer(limitedFetch, seen),
    ...(isOpenAi && { transformRequestBody: asOpenAiWants }),
  });
  return provider.chatModel(request.model);
}

/** OpenAI itself must not keep the conversation, and its newer models refuse the older name of the limit. */
function asOpenAiWants({ max_tokens: limit, ...body }: Record<string, unknown>): Record<string, unknown> {
  return { ...body, max_completion_tokens: limit, store: false };
}

function outputOf(
  ai: typeof Ai,
  { responseFormat }: ModelRequest,
  validate: Validate | undefined,
): GenerateOptions['output'] {
  if (responseFormat.type === 'text') return ai.Output.text();
  const { schema, schemaName } = responseFormat;
  if (!schema || !validate) return ai.Output.json({ name: schemaName });
  const checked = ai.jsonSchema<JsonObject>(schema, {
    validate(value) {
      const complaint = validate(value);
      return complaint
        ? { success: false, error: new Error(complaint) }
        : { success: true, value: value as JsonObject };
    },
  });
  return ai.Output.object({ schema: checked, name: schemaName });
}

function schemaOf({ responseFormat }: ModelRequest): JsonObject | null {
  return responseFormat.type === 'json' ? responseFormat.schema : null;
}

function complaintOf(text: string, validate: Validate | undefined): string {
  const value = readLooseJson(text);
  if (value === undefined) return 'The model was asked for JSON and answered something else.';
  return `The model's JSON does not fit the response schema: ${validate?.(value) ?? 'it is no object'}.`;
}

function billedOf(
  result: {
    text: string;
    usage: Ai.LanguageModelUsage | undefined;
    response: { id?: string; modelId?: string } | undefined;
    finishReason: string;
  },
  request: ModelRequest,
): BilledAnswer {
  const { text, usage, response, finishReason } = result;
  return {
    text,
    usage: usageOf(usage),
    model: response?.modelId ?? request.model,
    responseId: response?.id ?? null,
    finishReason,
  };
}

function usageOf(usage: Ai.LanguageModelUsage | undefined): ModelUsage {
  return {
    inputTokens: usage?.inputTokens ?? null,
    cachedInputTokens: usage?.inputTokenDetails.cacheReadTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
  };
}
