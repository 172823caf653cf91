/** Model calls over the real wire protocol: what is sent, and what every kind of answer becomes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFakeModelProvider } from '../../test/support/fake-model-provider.js';
import type { FakeModelProvider } from '../../test/support/fake-model-provider.js';
import type { ModelAnswer, ModelFailure, ModelOutcome, ModelRequest } from './model-port.js';
import { openAiCompatibleProvider } from './openai-compatible.js';

const KEY = 'sk-fake-0123456789';
const SCHEMA = {
  type: 'object',
  properties: { total: { type: 'number' } },
  required: ['total'],
  additionalProperties: false,
};

let fake: FakeModelProvider;
beforeEach(async () => {
  fake = await startFakeModelProvider();
});
afterEach(() => fake.close());

const question: ModelRequest = {
  model: 'small-1',
  messages: [
    { role: 'system', content: 'You read invoices.' },
    { role: 'user', content: 'Total: 12.50' },
  ],
  responseFormat: { type: 'text' },
  maxOutputTokens: 500,
  temperature: 0.2,
  topP: null,
};
const jsonQuestion: ModelRequest = {
  ...question,
  responseFormat: { type: 'json', schema: SCHEMA, schemaName: 'invoice' },
};

function ask(
  request: ModelRequest,
  timeoutMs = 10_000,
  signal = new AbortController().signal,
): Promise<ModelOutcome> {
  const endpoint = { url: fake.url, apiKey: KEY, headers: { 'x-team': 'finance' }, secretValues: [KEY] };
  return openAiCompatibleProvider(endpoint).call(request, { timeoutMs, signal });
}

function answerOf(outcome: ModelOutcome): ModelAnswer {
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.answer;
}

function failureOf(outcome: ModelOutcome): ModelFailure {
  if (outcome.ok) throw new Error('the call was answered');
  return outcome.failure;
}

describe('an OpenAI-compatible provider', () => {
  test('is asked once, with the messages, the limit and the key', async () => {
    fake.answer({ text: 'It is 12.50.', usage: { input: 40, output: 8, cached: 16 }, model: 'small-1-2026' });
    expect(answerOf(await ask(question))).toEqual({
      text: 'It is 12.50.',
      object: undefined,
      usage: { inputTokens: 40, cachedInputTokens: 16, outputTokens: 8 },
      model: 'small-1-2026',
      responseId: 'chatcmpl-1',
      finishReason: 'stop',
    });
    expect(fake.requests).toHaveLength(1);
    const [{ path, headers, body }] = fake.requests;
    expect(path).toBe('/v1/chat/completions');
    expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-team': 'finance' });
    expect(body).toMatchObject({ model: 'small-1', max_tokens: 500, temperature: 0.2 });
    expect(body.messages).toEqual([
      { role: 'system', content: 'You read invoices.' },
      { role: 'user', content: 'Total: 12.50' },
    ]);
    expect(body).not.toHaveProperty('response_format');
  });

  test('is given the schema, strict where strict mode can take it', async () => {
    const open = { ...SCHEMA, required: [] };
    fake.answer({ text: '{"total": 12.5}' }, { text: '{}' });
    expect(answerOf(await ask(jsonQuestion)).object).toEqual({ total: 12.5 });
    await ask({ ...jsonQuestion, responseFormat: { type: 'json', schema: open, schemaName: 'open' } });
    expect(fake.requests.map(({ body }) => body.response_format)).toEqual([
      { type: 'json_schema', json_schema: { name: 'invoice', schema: SCHEMA, strict: true } },
      { type: 'json_schema', json_schema: { name: 'open', schema: open, strict: false } },
    ]);
  });

  test('may answer any JSON where there is no schema', async () => {
    fake.answer({ text: '[1, 2]' });
    const request: ModelRequest = {
      ...question,
      responseFormat: { type: 'json', schema: null, schemaName: 'any' },
    };
    expect(answerOf(await ask(request)).object).toEqual([1, 2]);
    expect(fake.requests[0].body.response_format).toEqual({ type: 'json_object' });
  });

  test('that reports no usage leaves it unknown', async () => {
    fake.answer({ text: 'yes', usage: null });
    const { usage } = answerOf(await ask(question));
    expect(usage).toEqual({ inputTokens: null, cachedInputTokens: null, outputTokens: null });
  });

  test.each([
    ['Sure! The total is 12.50.', 'stop', 'The model was asked for JSON and answered something else.'],
    [
      '{"total": "12.50"}',
      'stop',
      "The model's JSON does not fit the response schema: /total must be number.",
    ],
    ['{"total": 1, "vat": 2}', 'stop', /must NOT have additional properties \("vat"\)/],
  ])('that answers %j is billed and refused', async (text, finishReason, message) => {
    fake.answer({ text, finishReason, usage: { input: 10, output: 5 } });
    const failure = failureOf(await ask(jsonQuestion));
    expect(failure.kind).toBe('invalid output');
    expect(failure.message).toMatch(message);
    expect(failure.billed).toMatchObject({ text, usage: { inputTokens: 10, outputTokens: 5 }, finishReason });
  });

  const message = (more: object, finish = 'stop') => ({
    raw: JSON.stringify({
      id: 'c-1',
      model: 'small-1',
      created: 1,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: null, ...more }, finish_reason: finish }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    }),
  });
  const toolCall = { id: 't', type: 'function', function: { name: 'pay', arguments: '{}' } };

  test.each([
    ['cut off', { text: 'Dear Sir, we', finishReason: 'length' }],
    ['cut off', { text: '{"total": 12.', finishReason: 'length' }],
    ['cut off', { text: '', finishReason: 'length' }],
    ['empty', { text: '' }],
    ['empty', { text: ' \n' }],
    ['declined', { text: 'I', finishReason: 'content_filter' }],
    ['declined', message({ refusal: 'I cannot help with that.' })],
    ['unknown tool', message({ tool_calls: [toolCall] }, 'tool_calls')],
    ['unknown tool', message({ content: 'I pay.', tool_calls: [toolCall] })],
  ])('that gives an answer of no use says it is %s, for text and for JSON', async (kind, answer) => {
    for (const request of [question, jsonQuestion]) {
      fake.answer(answer);
      const failure = failureOf(await ask(request));
      expect(failure.kind).toBe(kind);
      expect(failure.billed?.usage.inputTokens).toBeTypeOf('number');
    }
  });

  test.each([
    '```json\n{"total": 3}\n```',
    '<think>{"total": 9}?</think>\n{"total": 3}',
    '<think>x</think>```\n{"total": 3}\n```',
  ])('that wraps its JSON is read: %j', async (text) => {
    fake.answer({ text });
    expect(answerOf(await ask(jsonQuestion)).object).toEqual({ total: 3 });
  });

  test('that says the key back is not quoted: in text, names, JSON, or a failure', async () => {
    const escaped = Array.from(KEY, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const any: ModelRequest = {
      ...question,
      responseFormat: { type: 'json', schema: null, schemaName: 'any' },
    };
    fake.answer(
      { text: `Your key is ${KEY}.`, model: `m-${KEY}` },
      { text: `{"a": ["${escaped}"], "${KEY}": 1}` },
      { text: `{"total": "${escaped}"}` },
      { raw: `not the protocol ${KEY}` },
      message({ refusal: `not with ${KEY}` }),
    );
    const outcomes = [await ask(question), await ask(any), await ask(jsonQuestion)];
    outcomes.push(await ask(question), await ask(question));
    expect(fake.requests).toHaveLength(5);
    const text = JSON.stringify(outcomes);
    expect(text).toContain('***');
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(escaped.slice(0, 12));
  });

  test.each([
    [{ status: 429, headers: { 'retry-after': '7' } }, 'rate limit', 7000],
    [{ status: 429, headers: { 'retry-after-ms': '250' } }, 'rate limit', 250],
    [{ status: 429, code: 'insufficient_quota' }, 'refused', null],
    [{ status: 503 }, 'overload', null],
    [{ status: 529 }, 'overload', null],
    [{ status: 500 }, 'server fault', null],
    [{ status: 502 }, 'server fault', null],
    [{ status: 504 }, 'timeout', null],
    [{ status: 400 }, 'refused', null],
    [{ status: 404 }, 'refused', null],
  ] as const)('that answers %j is told apart, and not asked again', async (answer, kind, retryAfterMs) => {
    fake.answer({ ...answer, message: 'as the provider says it' });
    const failure = failureOf(await ask(question));
    expect(failure).toMatchObject({ kind, retryAfterMs, status: answer.status, billed: null });
    expect(failure.message).toContain('as the provider says it');
    expect(fake.requests).toHaveLength(1);
  });

  test('that refuses the key is not quoted, and neither is the key elsewhere', async () => {
    fake.answer(
      { status: 401, message: `Incorrect API key provided: ${KEY.slice(0, 8)}**789` },
      { status: 400, message: `no such header: Bearer ${KEY}` },
    );
    const refused = failureOf(await ask(question));
    expect(refused.message).toBe('The model provider refused the call (HTTP 401).');
    const quoted = failureOf(await ask(question));
    expect(quoted.message).toContain('no such header: Bearer ***');
    expect(JSON.stringify([refused, quoted])).not.toContain(KEY.slice(0, 8));
  });

  test('that says nothing is given up after the time limit', async () => {
    fake.answer({ silence: true });
    const failure = failureOf(await ask(question, 50));
    expect(failure).toMatchObject({ kind: 'timeout', message: 'The model did not answer within 0.05 s.' });
  });

  test('is left when the server stops', async () => {
    fake.answer({ silence: true });
    const stop = new AbortController();
    const outcome = ask(question, 10_000, stop.signal);
    await fake.asked(1);
    stop.abort();
    expect(failureOf(await outcome).kind).toBe('stopped');
  });

  test('that hangs up, or speaks another protocol, is told in a sentence', async () => {
    fake.answer({ hangUp: true }, { raw: '<html>proxy</html>' }, { raw: '{"choices": []}' });
    expect(failureOf(await ask(question)).kind).toBe('unreachable');
    expect(failureOf(await ask(question)).message).toMatch(/^The model provider's answer cannot be read: /);
    expect(failureOf(await ask(question)).message).toMatch(/^The model provider's answer cannot be read: /);
  });

  test('that is not there is told in a sentence', async () => {
    await fake.close();
    expect(failureOf(await ask(question))).toMatchObject({
      kind: 'unreachable',
      message: 'The model provider cannot be reached: ECONNREFUSED.',
    });
  });

  test('cannot send the key elsewhere by a redirect', async () => {
    const other = await startFakeModelProvider();
    fake.answer({ status: 307, headers: { location: `${other.url}/chat/completions` } });
    expect(failureOf(await ask(question))).toMatchObject({ kind: 'refused', status: 307 });
    expect(other.requests).toHaveLength(0);
    await other.close();
  });

  test('is not asked with a schema that is none', async () => {
    const schema = { type: 'object', properties: { total: { type: 'amount' } } };
    const failure = failureOf(
      await ask({ ...question, responseFormat: { type: 'json', schema, schemaName: 'broken' } }),
    );
    expect(failure.message).toMatch(/^The response schema cannot be used: /);
    expect(fake.requests).toHaveLength(0);
  });
});
