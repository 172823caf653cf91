/** Whole numbers of 64 bits in what a model answers: kept as they are, or not taken. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JSON_INPUTS, providerInputs } from '../../../test/support/agent-process.js';
import type { AgentProcess } from '../../../test/support/agent-process.js';
import { INVOICE, openAgentTest } from '../../../test/support/agent-worker.js';
import type { AgentTest } from '../../../test/support/agent-worker.js';

let agent: AgentTest;
beforeEach(async () => {
  agent = await openAgentTest();
});
afterEach(() => agent.close());

/** A process that asks the provider for JSON. */
function asking(more: AgentProcess = {}): AgentProcess {
  return { ...more, inputs: [...providerInputs(agent.fake.url), ...JSON_INPUTS] };
}

describe('a model', () => {
  test('keeps whole numbers that no double shows, in its answer and in its trail', async () => {
    const text = '{"total": 9007199254740993, "confidence": 0.9, "lines": [-9223372036854775808]}';
    agent.fake.answer({ text });
    const key = await agent.create(
      asking({
        headers: { resultExpression: '={orderId: responseJson.total, next: responseJson.total + 1}' },
      }),
    );
    agent.startWorker();
    const variables = { ...INVOICE, orderId: 9007199254740993n, next: 9007199254740994 };
    expect(await agent.completed(key)).toEqual(variables);
    const finished = (await agent.callsOf(key)).at(-1);
    expect(finished?.data.result).toEqual({
      total: 9007199254740993n,
      confidence: 0.9,
      lines: [-9223372036854775808n],
    });
  });

  test('asks again where a whole number is beyond 64 bits, and says where it stands', async () => {
    agent.fake.answer({ text: '{"total": 2, "orderId": 9223372036854775808}' }, { text: '{"total": 2}' });
    const key = await agent.create(asking());
    agent.startWorker();
    expect(await agent.completed(key)).toMatchObject({ agent: { responseJson: { total: 2 } } });
    const [, first] = await agent.callsOf(key);
    expect(first.data.failure).toMatchObject({
      message: expect.stringContaining('orderId: is a whole number beyond 64 bits') as string,
    });
  });

  test('does not use a schema whose numbers a validator would round', async () => {
    const schema = '={type: "object", properties: {total: {const: 9007199254740993}}}';
    const key = await agent.create({
      inputs: [
        ...providerInputs(agent.fake.url),
        ['json', 'data.response.format.type'],
        [schema, 'data.response.format.schema'],
      ],
    });
    agent.startWorker();
    expect((await agent.incident(key)).message).toContain('it has a whole number beyond 2^53');
    expect(agent.fake.requests).toEqual([]);
  });
});
