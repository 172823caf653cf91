/** The simulated provider: answers from an expression or not at all. */
import { describe, expect, test } from 'vitest';
import type { ModelOutcome, ModelRequest, ResponseFormat } from './model-port.js';
import { simulatedProvider } from './simulated.js';
import type { SimulatedProvider, Simulation } from './simulated.js';

const SCHEMA = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] };
const JSON_FORMAT: ResponseFormat = { type: 'json', schema: SCHEMA, schemaName: 'response' };

function simulate(simulation: Partial<Simulation>): SimulatedProvider {
  return simulatedProvider({
    expression: undefined,
    variables: { amount: 12.5, name: 'Ada' },
    now: Date.UTC(2026, 0, 15),
    allowed: true,
    ...simulation,
  });
}

async function ask(
  expression: string,
  responseFormat: ResponseFormat = { type: 'text' },
): Promise<ModelOutcome> {
  const simulated = simulate({ expression });
  if (!simulated.ok) throw new Error(simulated.message);
  expect(simulated.provider).toMatchObject({ name: 'simulated', simulated: true, endpoint: null });
  const request: ModelRequest = {
    model: 'simulated',
    messages: [],
    responseFormat,
    maxOutputTokens: 100,
    temperature: null,
    topP: null,
  };
  return simulated.provider.call(request, { timeoutMs: 1000, signal: new AbortController().signal });
}

function refusalOf(simulated: SimulatedProvider): string {
  return simulated.ok ? '' : simulated.message;
}

function messageOf(outcome: ModelOutcome): string {
  return outcome.ok ? '' : outcome.failure.message;
}

describe('the simulated provider', () => {
  test('answers with the expression’s value over the job’s variables', async () => {
    const text = await ask('= "Hello " + name');
    expect(text).toMatchObject({ ok: true, answer: { text: 'Hello Ada', model: 'simulated' } });
    const json = await ask('{ total: amount * 2, on: date("2026-01-15") }', JSON_FORMAT);
    expect(json).toMatchObject({ ok: true, answer: { object: { total: 25, on: '2026-01-15' } } });
  });

  test.each([undefined, '', '  '])(
    'is none without an expression (%j): it invents no answer',
    (expression) => {
      expect(refusalOf(simulate({ expression }))).toContain(
        'give the element the extension property "simulatedResult"',
      );
    },
  );

  test('is none where simulation is not allowed', () => {
    expect(refusalOf(simulate({ expression: '"x"', allowed: false }))).toContain(
      'COUNTERSIGN_SIMULATED=allow',
    );
  });

  test.each([
    ['=nobody.knows', /^The expression "simulatedResult" gives null/],
    ['={ total: ', /^The expression "simulatedResult" is not FEEL: /],
    ['="twelve"', 'The simulated answer does not fit the response schema: the answer must be object.'],
    ['={ total: "12" }', 'The simulated answer does not fit the response schema: /total must be number.'],
  ])('says what is wrong with %s', async (expression, message) => {
    const outcome = await ask(expression, JSON_FORMAT);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    expect(messageOf(outcome)).toMatch(message);
  });
});
