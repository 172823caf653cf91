/** The agent worker on a real runtime, against a provider that speaks the real protocol. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject, Key } from '@countersign/engine';
import { JSON_INPUTS, agentProcess, providerInputs } from '../../../test/support/agent-process.js';
import type { AgentProcess } from '../../../test/support/agent-process.js';
import { startFakeModelProvider } from '../../../test/support/fake-model-provider.js';
import type { FakeModelProvider } from '../../../test/support/fake-model-provider.js';
import { openTestRuntime, RUNTIME_START } from '../../../test/support/runtime.js';
import type { TestRuntime } from '../../../test/support/runtime.js';
import { readEvidence } from '../../store/queries/evidence.js';
import { startWorker } from '../job-loop.js';
import type { RunningWorker } from '../job-loop.js';
import { AGENT_JOB_TYPE, agentWorker } from './worker.js';

const KEY = 'sk-fake-0123456789';
const PRICES = { 'small-1': { input: 1, cachedInput: 0.5, output: 10, currency: 'EUR' } };
const INVOICE = { invoice: 'Total: 12.50' };

let open: TestRuntime;
let fake: FakeModelProvider;
let workers: RunningWorker[];
let waits: number[];
let errors: unknown[];
let allowSimulated: boolean;

beforeEach(async () => {
  [open, fake] = await Promise.all([openTestRuntime(), startFakeModelProvider()]);
  [workers, waits, errors, allowSimulated] = [[], [], [], true];
});
afterEach(async () => {
  await stopWorkers();
  await open.close();
  await fake.close();
  expect(errors).toEqual([]);
});

function worker() {
  return agentWorker({
    runtime: open.runtime,
    secrets: (name) => (name === 'MODEL_KEY' ? KEY : undefined),
    prices: PRICES,
    allowSimulated,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
}

function start(): void {
  workers.push(startWorker(open.runtime, worker(), { onError: (error) => errors.push(error), graceMs: 0 }));
}

async function stopWorkers(): Promise<void> {
  await Promise.all(workers.splice(0).map((running) => running.stop()));
}

/** Deploys the process and starts an instance of it. */
async function create(process: AgentProcess): Promise<Key> {
  await open.deploy(agentProcess(process));
  const created = await open.runtime.createInstance(
    { processId: 'read-invoice', variables: INVOICE },
    'user:mary',
  );
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

const asking = (more: AgentProcess = {}): AgentProcess => ({
  ...more,
  inputs: [...providerInputs(fake.url), ...JSON_INPUTS, ...(more.inputs ?? [])],
});

/** Resolves when a commit made something of this kind true. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  if (await isSo()) return;
  await new Promise<void>((resolve, reject) => {
    const stop = open.runtime.live.subscribe(() => {
      isSo().then((so) => {
        if (!so) return;
        stop();
        resolve();
      }, reject);
    });
  });
}

const rowsOf = async (key: Key): Promise<{ type: string; actor: string; data: JsonObject }[]> => {
  const rows = (await open.runtime.store
    .knex('audit')
    .where({ process_instance_key: key })
    .orderBy('position')
    .select('type', 'actor', 'data')) as { type: string; actor: string; data: string }[];
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as JsonObject }));
};

const callsOf = async (key: Key): Promise<{ type: string; actor: string; data: JsonObject }[]> =>
  (await rowsOf(key)).filter(({ type }) => type.startsWith('model call'));

const typesOf = async (key: Key): Promise<string[]> =>
  (await callsOf(key)).map(({ type, data }) =>
    [type.replace('model call ', ''), data.attempt, data.outcome]
      .filter((part) => part !== undefined)
      .join(' '),
  );

async function completed(key: Key): Promise<JsonObject> {
  await until(async () => {
    const row = await open.runtime.store.knex('process_instance').where({ key }).first('state');
    return row?.state === 'COMPLETED';
  });
  const rows = (await open.runtime.store
    .knex('variable')
    .where({ scope_key: key })
    .select('name', 'value')) as {
    name: string;
    value: string;
  }[];
  return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)])) as JsonObject;
}

async function incident(key: Key): Promise<{ key: Key; message: string }> {
  const find = () =>
    open.runtime.store
      .knex('incident')
      .where({ process_instance_key: key, resolved_at: null })
      .first('key', 'error_message');
  await until(async () => (await find()) !== undefined);
  const found = await find();
  return { key: found.key as Key, message: found.error_message as string };
}

/** As a person does in Operate: gives the job another try and resolves its incident. */
async function retry(key: Key): Promise<void> {
  const found = await incident(key);
  const job = await open.runtime.store.knex('job').where({ process_instance_key: key }).first('key');
  await open.runtime.updateJob({ jobKey: job.key as Key, retries: 1 }, 'user:mary');
  await open.runtime.execute({ type: 'resolve incident', incidentKey: found.key }, 'user:mary');
}

/** Waits until the job has failed for the `times`th time and is waiting for its back-off. */
async function failed(key: Key, times: number): Promise<JsonObject> {
  const rows = async () => (await rowsOf(key)).filter(({ type }) => type === 'job failed');
  // A failed job is no notice; its next lease would be, so the clock is looked at by the journal.
  while ((await rows()).length < times) await new Promise((resolve) => setImmediate(resolve));
  return (await rows())[times - 1].data;
}

describe('an agent task', () => {
  test('gets its answer as JSON of its schema, with the call in the journal', async () => {
    fake.answer({
      text: '{"total": 12.5, "confidence": 0.9}',
      usage: { input: 1000, output: 50, cached: 200 },
      model: 'small-1-0226',
    });
    const key = await create(
      asking({
        headers: {
          resultExpression: '={invoiceTotal: response.responseJson.total, made: responseJson.confidence}',
        },
      }),
    );
    start();
    expect(await completed(key)).toEqual({ ...INVOICE, invoiceTotal: 12.5, made: 0.9 });
    expect(fake.requests[0].headers.authorization).toBe(`Bearer ${KEY}`);
    expect(fake.requests[0].body.messages).toEqual([
      { role: 'system', content: 'You read invoices.' },
      { role: 'user', content: 'Invoice: Total: 12.50' },
    ]);

    const [started, finished] = await callsOf(key);
    const { requestHash } = started.data;
    expect(requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(started).toMatchObject({
      type: 'model call started',
      actor: 'agent:read',
      data: {
        attempt: 1,
        provider: 'openai-compatible',
        endpoint: fake.url,
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
    const order = (await rowsOf(key)).map(({ type }) => type);
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
    fake.answer({ text: 'Fine.' });
    const key = await create({ inputs: providerInputs(fake.url), headers });
    start();
    expect(await completed(key)).toEqual({ ...INVOICE, ...variables });
  });

  test('leaves no trace of the key in the database', async () => {
    fake.answer({ status: 400, message: `bad header Bearer ${KEY}` });
    const key = await create(asking());
    start();
    expect((await incident(key)).message).toContain('bad header Bearer ***');
    const tables = (await open.runtime.store
      .knex('sqlite_master')
      .where({ type: 'table' })
      .pluck('name')) as string[];
    for (const table of tables) {
      expect(JSON.stringify(await open.runtime.store.knex(table).select()), table).not.toContain(KEY);
    }
    expect(JSON.stringify(await rowsOf(key))).toContain('{{secrets.MODEL_KEY}}');
  });

  test('is tried again at once when the provider limits the rate, as long as it asks to wait', async () => {
    fake.answer({ status: 429, headers: { 'retry-after': '2' } }, { status: 503 }, { text: '{"total": 1}' });
    const key = await create(asking());
    start();
    await completed(key);
    expect(waits).toEqual([2000, 3000]);
    expect(await typesOf(key)).toEqual([
      'started 1',
      'finished 1 failed',
      'started 2',
      'finished 2 failed',
      'started 3',
      'finished 3 answered',
    ]);
    const rows = await callsOf(key);
    expect(rows[1].data).toMatchObject({
      failure: { kind: 'rate limit', status: 429 },
      usage: null,
      cost: null,
    });
    expect(rows.map(({ data }) => 'prompts' in data)).toEqual([true, false, false, false, false, false]);
  });

  test('fails its job with a back-off when the provider stays down, and goes on later', async () => {
    fake.answer({ status: 500 }, { hangUp: true }, { status: 502 }, { text: '{"total": 1}' });
    const key = await create(asking());
    start();
    expect(await failed(key, 1)).toMatchObject({
      retries: 2,
      errorMessage: 'The model provider failed (HTTP 502): failed.',
      retryAt: RUNTIME_START + 20_000,
    });
    expect(fake.requests).toHaveLength(3);
    open.clock.pin(RUNTIME_START + 20_000);
    await completed(key);
    expect((await typesOf(key)).at(-1)).toBe('finished 4 answered');
  });

  test('takes its back-off from its header, and a long pause from the provider', async () => {
    fake.answer({ status: 429, headers: { 'retry-after': '90' } });
    const first = await create(asking());
    start();
    expect(await failed(first, 1)).toMatchObject({ retryAt: RUNTIME_START + 90_000 });
    await stopWorkers();
    fake.answer({ status: 429, headers: { 'retry-after': '90' } });
    const second = await create(asking({ headers: { retryBackoff: 'PT7S' } }));
    start();
    expect(await failed(second, 1)).toMatchObject({ retryAt: RUNTIME_START + 7000 });
  });

  test('gives a silent provider up after its time limit', async () => {
    fake.answer({ silence: true }, { text: '{"total": 1}' });
    const key = await create(asking({ inputs: [['PT0.05S', 'provider.openaiCompatible.timeouts.timeout']] }));
    start();
    await completed(key);
    expect((await callsOf(key))[1].data.failure).toEqual({
      kind: 'timeout',
      message: 'The model did not answer within 0.05 s.',
      status: null,
    });
  });

  test('pays for an answer that does not fit, and asks again within its limit', async () => {
    const answers = [{ text: 'Sure!' }, { text: '{"total": "12"}' }, { text: '{"total": 12}' }];
    fake.answer(...answers);
    const key = await create(asking({ headers: { resultVariable: 'read' } }));
    start();
    expect(await completed(key)).toMatchObject({ read: { responseJson: { total: 12 } } });
    const [, first, , second] = await callsOf(key);
    expect(first.data).toMatchObject({
      text: 'Sure!',
      cost: { amount: 0.00042 },
      failure: { kind: 'invalid output' },
    });
    expect(second.data).toMatchObject({ text: '{"total": "12"}', cost: { amount: 0.00042 } });

    await stopWorkers();
    fake.answer(...answers);
    const limited = await create(asking({ inputs: [['=2', 'data.limits.maxModelCalls']] }));
    start();
    expect((await incident(limited)).message).toBe(
      'The model has answered 2 times for this task, which is its limit (data.limits.maxModelCalls).',
    );
    expect(fake.requests).toHaveLength(5);
  });

  test('raises an incident at once for what trying again cannot cure', async () => {
    fake.answer({ status: 404, message: 'no such model' }, { text: '{"total": 3}' });
    const key = await create(asking());
    start();
    expect((await incident(key)).message).toBe(
      'The model provider refused the call (HTTP 404): no such model.',
    );
    expect(fake.requests).toHaveLength(1);
    await retry(key);
    expect(await completed(key)).toMatchObject({ agent: { responseJson: { total: 3 } } });
  });

  test('never pays again for an answer its process could not use', async () => {
    fake.answer({ text: '{"total": 3}' });
    const key = await create(asking({ headers: { resultExpression: '=response.responseJson.total' } }));
    start();
    expect((await incident(key)).message).toBe('The header resultExpression does not give a context.');
    await retry(key);
    await incident(key);
    expect(fake.requests).toHaveLength(1);
    expect(await typesOf(key)).toEqual(['started 1', 'finished 1 answered']);
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
    const key = await create(asking({ inputs }));
    start();
    expect((await incident(key)).message).toMatch(message);
    expect(fake.requests).toHaveLength(0);
  });
});

describe('a simulated agent task', () => {
  const simulating: AgentProcess = {
    inputs: JSON_INPUTS,
    simulatedResult: '={total: number(substring after(invoice, "Total: ")), confidence: 0.8}',
  };

  test('answers from its expression and says so in every place', async () => {
    const key = await create(simulating);
    start();
    expect(await completed(key)).toMatchObject({ agent: { responseJson: { total: 12.5 }, simulated: true } });
    const calls = await callsOf(key);
    expect(calls.map(({ data }) => data.simulated)).toEqual([true, true]);
    expect(calls[1].data).toMatchObject({
      provider: 'simulated',
      model: 'simulated',
      cost: null,
      result: { total: 12.5 },
    });
    const { agentCalls, steps } = await readEvidence(open.runtime.store.knex, key, (definition, id) => {
      const node = open.runtime.definitions.byKey(definition)?.model.elementsById.get(id);
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
    const bare = await create({ inputs: JSON_INPUTS });
    start();
    expect((await incident(bare)).message).toContain('no simulated answer');
    await stopWorkers();
    allowSimulated = false;
    const refused = await create(simulating);
    start();
    expect((await incident(refused)).message).toContain('Simulated answers are refused in production.');
    expect([...(await callsOf(bare)), ...(await callsOf(refused))]).toEqual([]);
  });
});

describe('a worker that dies', () => {
  const lease = async () => {
    const request = {
      type: AGENT_JOB_TYPE,
      worker: 'agent',
      timeoutMs: 60_000,
      maxJobs: 1,
      requestTimeoutMs: -1,
    };
    const [job] = await open.runtime.activateJobs(request);
    return job;
  };
  /** Later than any lease of the worker. */
  const later = RUNTIME_START + 200_000;

  test('after the answer was recorded: the next one reads it and asks nobody', async () => {
    fake.answer({ text: '{"total": 7}' });
    const key = await create(asking());
    const job = await lease();
    // The work is done, but the job is never completed.
    expect(await worker().work(job, new AbortController().signal)).toMatchObject({ type: 'complete' });
    await open.restart();
    open.clock.pin(later);
    start();
    expect(await completed(key)).toMatchObject({ agent: { responseJson: { total: 7 } } });
    expect(fake.requests).toHaveLength(1);
    expect(await typesOf(key)).toEqual(['started 1', 'finished 1 answered']);
  });

  test('before the answer was recorded: the attempt is lost, charged as reserved, and made again', async () => {
    fake.answer({ silence: true }, { text: '{"total": 7}' });
    const key = await create(asking());
    const job = await lease();
    const dying = new AbortController();
    const work = worker().work(job, dying.signal);
    await fake.asked(1);
    const before = await typesOf(key);
    await open.restart();
    open.clock.pin(later);
    start();
    expect(await completed(key)).toMatchObject({ agent: { responseJson: { total: 7 } } });
    expect(before).toEqual(['started 1']);
    expect(await typesOf(key)).toEqual(['started 1', 'lost 1', 'started 2', 'finished 2 answered']);
    const [started, lost] = await callsOf(key);
    expect(lost.data).toMatchObject({
      charged: started.data.reserved,
      requestHash: started.data.requestHash,
    });
    dying.abort();
    // Its runtime is closed: what it had to say, nobody hears.
    await expect(work).rejects.toThrow();
  });

  test('because the server stops: the call is ended, and the next server makes it', async () => {
    fake.answer({ silence: true }, { text: '{"total": 7}' });
    const key = await create(asking());
    start();
    await fake.asked(1);
    await stopWorkers();
    expect(await typesOf(key)).toEqual(['started 1', 'lost 1']);
    expect((await rowsOf(key)).at(-1)).toMatchObject({ type: 'job failed', data: { retries: 3 } });
    await open.restart();
    start();
    await completed(key);
    expect(await typesOf(key)).toEqual(['started 1', 'lost 1', 'started 2', 'finished 2 answered']);
  });

  test('is not needed any more when the instance was cancelled', async () => {
    fake.answer({ silence: true });
    const key = await create(asking());
    start();
    await fake.asked(1);
    await open.runtime.cancelInstance(key, 'user:mary');
    await stopWorkers();
    expect(await typesOf(key)).toEqual(['started 1']);
  });
});
