/**
 * What a model call costs. A price comes from the settings, or from a list of public prices that is part of
 * the server and works offline. The list is asked by the provider's address, so a model on an own machine is
 * never given the price of a hosted one with the same name. Where no price is known the cost is null: unknown
 * is not free.
 */
import type { calcPrice, findProvider } from '@pydantic/genai-prices';
import { readJson } from '@countersign/engine';
import type { ModelUsage } from './model-port.js';

/** An amount in units of the currency (ISO 4217). */
export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

/** A configured price of a model, for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  /** For input that the provider had in its cache; the price of input where it is not set. */
  readonly cachedInput: number;
  readonly output: number;
  readonly currency: string;
}

/** Configured prices by the name of the model. */
export type ModelPrices = Readonly<Record<string, ModelPrice>>;

/** The cost of a call and where its price stands. `cost` null: no price is known, or no usage was reported. */
export interface PricedCall {
  readonly cost: Cost | null;
  /** `settings`, or the name and version of the list; null where there is no price. */
  readonly priceVersion: string | null;
  /** The entry that was used: the list matches names loosely. */
  readonly priceId: string | null;
}

/** Whose call is priced. */
export interface PricedModel {
  readonly endpoint: string | null;
  readonly model: string;
}

/** The list of public prices, by the version this server is built with. */
export const PRICE_LIST = '@pydantic/genai-prices 0.1.8';

const UNKNOWN: PricedCall = { cost: null, priceVersion: null, priceId: null };
const MILLION = 1_000_000;

interface PriceList {
  readonly calcPrice: typeof calcPrice;
  readonly findProvider: typeof findProvider;
}

let list: Promise<PriceList> | undefined;

/** Prices a call's usage at `at` (milliseconds since the epoch). */
export async function priceCall(
  { endpoint, model }: PricedModel,
  usage: ModelUsage,
  prices: ModelPrices,
  at: number,
): Promise<PricedCall> {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === null || outputTokens === null) return UNKNOWN;
  const cached = Math.min(usage.cachedInputTokens ?? 0, inputTokens);
  if (Object.hasOwn(prices, model)) {
    const price = prices[model];
    const amount =
      (inputTokens - cached) * price.input + cached * price.cachedInput + outputTokens * price.output;
    return { cost: costOf(amount / MILLION, price.currency), priceVersion: 'settings', priceId: model };
  }
  if (endpoint === null) return UNKNOWN;
  // Half a megabyte of prices is read when the first call needs one, not when the server starts.
  list ??= import('@pydantic/genai-prices');
  const { calcPrice: calculate, findProvider: find } = await list;
  const provider = find({ providerApiUrl: endpoint });
  if (!provider) return UNKNOWN;
  const tokens = { input_tokens: inputTokens, cache_read_tokens: cached, output_tokens: outputTokens };
  const found = calculate(tokens, model, { providerId: provider.id, timestamp: new Date(at) });
  if (!found) return UNKNOWN;
  const priceId = `${found.provider.id}/${found.model.id}`;
  return { cost: costOf(found.total_price, 'USD'), priceVersion: PRICE_LIST, priceId };
}

/** Sums of binary fractions have a tail that is no money. */
function costOf(amount: number, currency: string): Cost {
  return { amount: Number(amount.toFixed(9)), currency };
}

/** Configured prices, or what is wrong with their text. */
export type ModelPricesResult =
  { readonly ok: true; readonly prices: ModelPrices } | { readonly ok: false; readonly error: string };

const EXAMPLE = '{"my-model": {"input": 0.5, "output": 1.5, "currency": "EUR"}}';

/** Reads configured prices: a JSON object of models, each with its prices for a million tokens. */
export function readModelPrices(text: string): ModelPricesResult {
  const wrong = (what: string): ModelPricesResult => ({
    ok: false,
    error: `${what} Use JSON such as ${EXAMPLE}.`,
  });
  let given: unknown;
  try {
    given = readJson(text);
  } catch {
    return wrong('It is not JSON.');
  }
  if (!isRecord(given)) return wrong('It is not a JSON object of models.');
  const prices: Record<string, ModelPrice> = {};
  for (const [model, price] of Object.entries(given)) {
    if (!isRecord(price)) return wrong(`The model "${model}" has no prices.`);
    const { input, output, cachedInput = input, currency = 'USD' } = price;
    if (!isPrice(input) || !isPrice(output) || !isPrice(cachedInput)) {
      return wrong(`The prices of the model "${model}" are not numbers of at least 0.`);
    }
    if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
      return wrong(`The currency of the model "${model}" is not three capital letters.`);
    }
    prices[model] = { input, output, cachedInput, currency };
  }
  return { ok: true, prices };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
