/** The agent worker on a real runtime, against a provider that speaks the real protocol. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JSON_INPUTS, providerInputs } from '../../../test/support/agent-process.js';
import type { AgentProcess } from '../../../test/support/agent-process.js';
import { INVOICE, MODEL_KEY, openAgentTest } from '../../../test/support/agent-worker.js';
import type { AgentTest } from '../../../test/support/agent-worker.js';
import { RUNTIME_START } from '../../../test/support/runtime.js';
import { readEvidence } from '../../store/queries/evidence.js';

let agent: AgentTest;
beforeEach(async () => {
  agent = await openAgentTest();
});
afterEach(() => agent.close());

/** A process that asks the provider for JSON. */
function asking(more: AgentProcess = {}): AgentProcess {
  return { ...more, inputs: [...providerInputs(agent.fake.url), ...JSON_INPUTS, ...(more.inputs ?? [])] };
}

describe('an agent task', () => {
  test('gets its answer as JSON of its schema, with the call in the journal', async () => {
    agent.fake.answer({
      text: '{"total": 12.5, "confidence": 0.9}',
      usage: { input: 1000, output: 50, cached: 200 },
      model: 'small-1-0226',
    });
    const key = await agent.create(
      asking({
        headers: {
          resultExpression: '={invoiceTotal: response.responseJson.total, made: responseJson.confidence}',
        },
      }),
    );
    agent.startWorker();
    expect(await agent.completed(key)).toEqual({ ...INVOICE, invoiceTotal: 12.5, made: 0.9 });
    expect(agent.fake.requests[0].headers.authorization).toBe(`Bearer ${MODEL_KEY}`);
    expect(agent.fake.requests[0].body.messages).toEqual([
      { role: 'system', content: 'You read invoices.' },
      { role: 'user', content: 'Invoice: Total: 12.50' },
    ]);

    const [started, finished] = await agent.callsOf(key);
    const { requestHash } = started.data;
    expect(requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(started).toMatchObject({
      type: 'model call started',
      actor: 'agent:read',
      data: {
        attempt: 1,
        provider: 'openai-compatible',
        endpoint: agent.fake.url,
        model: 'small-1',
        simulated: false,
        reserved: { amount: (13 * 1 + 4096 * 10) / 1e6, currency: 'EUR' },
        prompts: { system: 'You read invoices.', user: 'Invoice: Total: 12.50' },
      },
    });
    expect(finished).toMatchObject({
      type: 'model call finished',
      data: {
        attempt: 1,
        requestHash,
        outcome: 'answered',
        model: 'small-1-0226',
        responseId: 'chatcmpl-1',
        usage: { inputTokens: 1000, cachedInputTokens: 200, outputTokens: 50 },
        cost: { amount: (800 * 1 + 200 * 0.5 + 50 * 10) / 1e6, currency: 'EUR' },
        priceVersion: 'settings',
        simulated: false,
        result: { total: 12.5, confidence: 0.9 },
        confidence: 0.9,
      },
    });
    expect(finished.data.latencyMs).toBeGreaterThanOrEqual(0);
    const order = (await agent.rowsOf(key)).map(({ type }) => type);
    expect(order.indexOf('model call finished')).toBeLessThan(order.indexOf('job completed'));
  });

  test.each([
    [{}, { agent: { responseText: 'Fine.', toolCalls: [], simulated: false } }],
    [{ resultVariable: 'reply' }, { reply: { responseText: 'Fine.', toolCalls: [], simulated: false } }],
    [
      { resultVariable: 'reply', resultExpression: '={text: response.responseText}' },
      { reply: { responseText: 'Fine.', toolCalls: [], simulated: false }, text: 'Fine.' },
    ],
  ])('gives its text to the variables of the headers %j', async (headers, variables) => {
    agent.fake.answer({ text: 'Fine.' });
    const key = await agent.create({ inputs: providerInputs(agent.fake.url), headers });
    agent.startWorker();
    expect(await agent.completed(key)).toEqual({ ...INVOICE, ...variables });
  });

  test('leaves no trace of the key in the database', async () => {
    agent.fake.answer({ status: 400, message: `bad header Bearer ${MODEL_KEY}` });
    const key = await agent.create(asking());
    agent.startWorker();
    expect((await agent.incident(key)).message).toContain('bad header Bearer ***');
    const tables = (await agent.open.runtime.store
      .knex('sqlite_master')
      .where({ type: 'table' })
      .pluck('name')) as string[];
    for (const table of tables) {
      expect(JSON.stringify(await agent.open.runtime.store.knex(table).select()), table).not.toContain(
        MODEL_KEY,
      );
    }
    expect(JSON.stringify(await agent.rowsOf(key))).toContain('{{secrets.MODEL_KEY}}');
  });

  test('is tried again at once when the provider limits the rate, as long as it asks to wait', async () => {
    agent.fake.answer(
      { status: 429, headers: { 'retry-after': '2' } },
      { status: 503 },
      { text: '{"total": 1}' },
    );
    const key = await agent.create(asking());
    agent.startWorker();
    await agent.completed(key);
    expect(agent.waits).toEqual([2000, 3000]);
    expect(await agent.shortCallsOf(key)).toEqual([
      'started 1',
      'finished 1 failed',
      'started 2',
      'finished 2 failed',
      'started 3',
      'finished 3 answered',
    ]);
    const rows = await agent.callsOf(key);
    expect(rows[1].data).toMatchObject({
      failure: { kind: 'rate limit', status: 429 },
      usage: null,
      cost: null,
    });
    expect(rows.map(({ data }) => 'prompts' in data)).toEqual([true, false, false, false, false, false]);
  });

  test('fails its job with a back-off when the provider stays down, and goes on later', async () => {
    agent.fake.answer({ status: 500 }, { hangUp: true }, { status: 502 }, { text: '{"total": 1}' });
    const key = await agent.create(asking());
    agent.startWorker();
    expect(await agent.failed(key, 1)).toMatchObject({
      retries: 2,
      errorMessage: 'The model provider failed (HTTP 502): failed.',
      retryAt: RUNTIME_START + 20_000,
    });
    expect(agent.fake.requests).toHaveLength(3);
    agent.open.clock.pin(RUNTIME_START + 20_000);
    await agent.completed(key);
    expect((await agent.shortCallsOf(key)).at(-1)).toBe('finished 4 answered');
  });

  test.each([
    ['half a text', { text: '{"total": 12', finishReason: 'length' }, 'CUT_OFF'],
    ['nothing', { text: '' }, 'EMPTY'],
    ['what a filter kept back', { text: '{', finishReason: 'content_filter' }, 'REFUSED'],
  ])('is asked once where the model gave %s, and says so by an error', async (_what, answer, code) => {
    agent.fake.answer(answer, { text: '{"total": 12.5}' });
    const key = await agent.create(asking());
    agent.startWorker();
    expect((await agent.incident(key)).message).toContain(code);
    expect(agent.fake.requests).toHaveLength(1);
  });

  test('waits as its header says, and never less than the provider asks for', async () => {
    agent.fake.answer({ status: 429, headers: { 'retry-after': '90' } });
    const first = await agent.create(asking());
    agent.startWorker();
    expect(await agent.failed(first, 1)).toMatchObject({ retryAt: RUNTIME_START + 90_000 });
    await agent.stopWorkers();
    agent.fake.answer({ status: 429, headers: { 'retry-after': '90' } });
    const second = await agent.create(asking({ headers: { retryBackoff: 'PT2H' } }));
    agent.startWorker();
    expect(await agent.failed(second, 1)).toMatchObject({ retryAt: RUNTIME_START + 7_200_000 });
  });

  test('gives a silent provider up after its time limit', async () => {
    agent.fake.answer({ silence: true }, { text: '{"total": 1}' });
    const key = await agent.create(
      asking({ inputs: [['PT0.05S', 'provider.openaiCompatible.timeouts.timeout']] }),
    );
    agent.startWorker();
    await agent.completed(key);
    expect((await agent.callsOf(key))[1].data.failure).toEqual({
      kind: 'timeout',
      message: 'The model did not answer within 0.05 s.',
      status: null,
    });
  });

  test('pays for an answer that does not fit, and asks again within its limit', async () => {
    const answers = [{ text: 'Sure!' }, { text: '{"total": "12"}' }, { text: '{"total": 12}' }];
    agent.fake.answer(...answers);
    const key = await agent.create(asking({ headers: { resultVariable: 'read' } }));
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({ read: { responseJson: { total: 12 } } });
    const [, first, , second] = await agent.callsOf(key);
    expect(first.data).toMatchObject({
      text: 'Sure!',
      cost: { amount: 0.00042 },
      failure: { kind: 'invalid output' },
    });
    expect(second.data).toMatchObject({ text: '{"total": "12"}', cost: { amount: 0.00042 } });

    await agent.stopWorkers();
    agent.fake.answer(...answers);
    const limited = await agent.create(asking({ inputs: [['=2', 'data.limits.maxModelCalls']] }));
    agent.startWorker();
    expect((await agent.incident(limited)).message).toBe(
      'The model has answered 2 times for this task, which is its limit (data.limits.maxModelCalls).',
    );
    expect(agent.fake.requests).toHaveLength(5);
  });

  test('asks again where the JSON is one that nobody can keep, and makes its text Unicode', async () => {
    const deep = '['.repeat(3000) + ']'.repeat(3000);
    agent.fake.answer(
      { text: '{"total": 1e400}' },
      { text: `{"total": 1, "more": ${deep}}` },
      { text: String.raw`{"total": 12, "said": "a\ud800"}` },
    );
    const inputs: AgentProcess['inputs'] = [['=null', 'data.response.format.schema']];
    const key = await agent.create(asking({ headers: { resultVariable: 'read' }, inputs }));
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({ read: { responseJson: { said: 'a\ufffd' } } });
    const [, first, , second] = await agent.callsOf(key);
    expect(first.data.failure).toMatchObject({
      kind: 'invalid output',
      message: expect.stringContaining('total: is a number beyond') as string,
    });
    expect(second.data.failure).toMatchObject({
      message: expect.stringContaining('more.0.0.0.0.…: is nested deeper than 500 levels') as string,
    });
  });

  test('raises an incident at once for what trying again cannot cure', async () => {
    agent.fake.answer({ status: 404, message: 'no such model' }, { text: '{"total": 3}' });
    const key = await agent.create(asking());
    agent.startWorker();
    expect((await agent.incident(key)).message).toBe(
      'The model provider refused the call (HTTP 404): no such model.',
    );
    expect(agent.fake.requests).toHaveLength(1);
    await agent.retry(key);
    expect(await agent.completed(key)).toMatchObject({ agent: { responseJson: { total: 3 } } });
  });

  test('never pays again for an answer its process could not use', async () => {
    agent.fake.answer({ text: '{"total": 3}' });
    const key = await agent.create(asking({ headers: { resultExpression: '=response.responseJson.total' } }));
    agent.startWorker();
    expect((await agent.incident(key)).message).toBe('The header resultExpression does not give a context.');
    await agent.retry(key);
    await agent.incident(key);
    expect(agent.fake.requests).toHaveLength(1);
    expect(await agent.shortCallsOf(key)).toEqual(['started 1', 'finished 1 answered']);
  });

  test('that names no provider asks the server’s own model', async () => {
    agent.ownModel = { model: 'small-1', endpoint: agent.fake.url, apiKey: '{{secrets.MODEL_KEY}}' };
    agent.fake.answer({ text: '{"total": 5}' });
    const key = await agent.create({ inputs: JSON_INPUTS, simulatedResult: '={total: 1}' });
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({
      agent: { responseJson: { total: 5 }, simulated: false },
    });
    expect(agent.fake.requests[0]).toMatchObject({
      headers: { authorization: `Bearer ${MODEL_KEY}` },
      body: { model: 'small-1' },
    });
  });

  test.each<[string, AgentProcess['inputs'], RegExp]>([
    ['another provider', [['bedrock', 'provider.type']], /^The model provider "bedrock" is not supported\./],
    [
      'a key written out',
      [['sk-abc', 'provider.openaiCompatible.authentication.apiKey']],
      /^The API key must be a reference/,
    ],
    [
      'a secret that is not set',
      [['{{secrets.OTHER}}', 'provider.openaiCompatible.authentication.apiKey']],
      /^The secret OTHER is not set\. Start the server with COUNTERSIGN_SECRET_OTHER\.$/,
    ],
    ['no address', [['localhost', 'provider.openaiCompatible.endpoint']], /endpoint is not an address/],
    [
      'tools',
      [['tools', 'data.tools.containerElementId']],
      /asks for tools for the agent, which is not supported yet/,
    ],
    ['no prompt', [['=null', 'data.userPrompt.prompt']], /^The input data\.userPrompt\.prompt is missing\.$/],
    [
      'an impossible schema',
      [['={type: "amount"}', 'data.response.format.schema']],
      /^The response schema cannot be used/,
    ],
    [
      'a wrong temperature',
      [['=3', 'provider.openaiCompatible.model.parameters.temperature']],
      /is not a number from 0 to 2\.$/,
    ],
  ])('with %s is refused with what to do, and nobody is asked', async (_what, inputs = [], message) => {
    const key = await agent.create(asking({ inputs }));
    agent.startWorker();
    expect((await agent.incident(key)).message).toMatch(message);
    expect(agent.fake.requests).toHaveLength(0);
  });
});

describe('a simulated agent task', () => {
  const simulating: AgentProcess = {
    inputs: JSON_INPUTS,
    simulatedResult: '={total: number(substring after(invoice, "Total: ")), confidence: 0.8}',
  };

  test('answers from its expression and says so in every place', async () => {
    const key = await agent.create(simulating);
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({
      agent: { responseJson: { total: 12.5 }, simulated: true },
    });
    const calls = await agent.callsOf(key);
    expect(calls.map(({ data }) => data.simulated)).toEqual([true, true]);
    expect(calls[1].data).toMatchObject({
      provider: 'simulated',
      model: 'simulated',
      cost: null,
      result: { total: 12.5 },
    });
    const { agentCalls, steps } = await readEvidence(agent.open.runtime.store.knex, key, (definition, id) => {
      const node = agent.open.runtime.definitions.byKey(definition)?.model.elementsById.get(id);
      return node && { name: node.name ?? null, type: node.type };
    });
    expect(agentCalls).toEqual([
      {
        elementId: 'read',
        elementName: 'Read invoice',
        at: new Date(RUNTIME_START).toISOString(),
        provider: 'simulated',
        model: 'simulated',
        simulated: true,
        promptTokens: 0,
        completionTokens: 0,
        cost: null,
        latencyMs: calls[1].data.latencyMs,
        result: { total: 12.5, confidence: 0.8 },
        confidence: 0.8,
        systemPrompt: 'You read invoices.',
        userPrompt: 'Invoice: Total: 12.50',
      },
    ]);
    expect(steps.map(({ elementId, actor, kind }) => [elementId, actor, kind])).toEqual([
      ['start', 'user:mary', 'human'],
      ['read', 'agent:read', 'ai'],
    ]);
  });

  test('without an expression, or where simulation is refused, raises an incident and records no call', async () => {
    const bare = await agent.create({ inputs: JSON_INPUTS });
    agent.startWorker();
    expect((await agent.incident(bare)).message).toContain('no simulated answer');
    await agent.stopWorkers();
    agent.allowSimulated = false;
    const refused = await agent.create(simulating);
    agent.startWorker();
    expect((await agent.incident(refused)).message).toContain('Simulated answers are refused in production.');
    expect([...(await agent.callsOf(bare)), ...(await agent.callsOf(refused))]).toEqual([]);
  });
});
