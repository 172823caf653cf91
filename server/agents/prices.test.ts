/** Prices: from the settings first, from the list by the provider's address, and never invented. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PRICE_LIST, priceCall, readModelPrices } from './prices.js';
import type { ModelPrices } from './prices.js';

const NOW = Date.UTC(2026, 8, 1);
const usage = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 };

function prices(text: string): ModelPrices {
  const result = readModelPrices(text);
  if (!result.ok) throw new Error(result.error);
  return result.prices;
}

describe('the price of a call', () => {
  test('comes from the settings where the model stands there', async () => {
    const own = prices('{"gpt-4o-mini": {"input": 1, "cachedInput": 0.5, "output": 2, "currency": "EUR"}}');
    const model = { endpoint: 'https://api.openai.com/v1', model: 'gpt-4o-mini' };
    expect(await priceCall(model, usage, own, NOW)).toEqual({
      cost: { amount: 1, currency: 'EUR' },
      priceVersion: 'settings',
      priceId: 'gpt-4o-mini',
    });
  });

  test('comes from the list for a hosted model, and names the entry that matched', async () => {
    const dated = { endpoint: 'https://api.openai.com/v1', model: 'gpt-4o-2024-11-20' };
    const priced = await priceCall(dated, usage, {}, NOW);
    expect(priced).toMatchObject({ priceVersion: PRICE_LIST, priceId: 'openai/gpt-4o' });
    expect(priced.cost?.currency).toBe('USD');
    expect(priced.cost?.amount).toBeGreaterThan(0);
    const uncached = await priceCall(dated, { ...usage, cachedInputTokens: 0 }, {}, NOW);
    expect(uncached.cost?.amount).toBeGreaterThan(priced.cost?.amount ?? Infinity);
  });

  test.each([
    ['a hosted model’s name on an own machine', 'http://127.0.0.1:11434/v1', 'gpt-4o-mini', usage],
    ['a model the list does not have', 'https://api.openai.com/v1', 'no-such-model', usage],
    [
      'a call without reported usage',
      'https://api.openai.com/v1',
      'gpt-4o-mini',
      { ...usage, outputTokens: null },
    ],
  ])('is unknown for %s', async (_what, endpoint, model, tokens) => {
    expect((await priceCall({ endpoint, model }, tokens, {}, NOW)).cost).toBeNull();
  });

  test('names the version of the list that is installed', () => {
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { dependencies: Record<string, string> };
    expect(PRICE_LIST).toBe(`@pydantic/genai-prices ${dependencies['@pydantic/genai-prices']}`);
  });
});

describe('configured prices', () => {
  test.each([
    ['{', 'It is not JSON.'],
    ['[]', 'It is not a JSON object of models.'],
    ['{"a": 3}', 'The model "a" has no prices.'],
    ['{"a": {"input": 1}}', 'The prices of the model "a" are not numbers of at least 0.'],
    ['{"a": {"input": -1, "output": 1}}', 'The prices of the model "a" are not numbers of at least 0.'],
    [
      '{"a": {"input": 1, "output": 1, "currency": "euro"}}',
      'The currency of the model "a" is not three capital letters.',
    ],
  ])('%s is refused with what to write', (text, error) => {
    const result = readModelPrices(text);
    expect(result).toMatchObject({ ok: false });
    expect(!result.ok && result.error).toMatch(
      new RegExp(`^${error.replace(/[.()]/g, '\\$&')} Use JSON such as`),
    );
  });
});
