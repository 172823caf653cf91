/** Reads the model calls of agents back from the journal: what a row `model call finished` says. */

/** What a call cost. */
export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

/** A model call as it was recorded. Parts that a row does not have are null. */
export interface RecordedCall {
  readonly provider: string;
  readonly model: string;
  /** Whether no model was asked: the answer came from the element's own expression. */
  readonly simulated: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: Cost | null;
  readonly latencyMs: number;
  readonly result: unknown;
  readonly confidence: number | null;
  readonly systemPrompt: string | null;
  readonly userPrompt: string | null;
}

/** The call that a row's data tells about. */
export function readCall(data: unknown): RecordedCall {
  const fields = asRecord(data);
  const cost = asRecord(fields.cost);
  return {
    provider: asText(fields.provider) ?? 'unknown',
    model: asText(fields.model) ?? 'unknown',
    simulated: fields.simulated === true,
    promptTokens: asNumber(fields.promptTokens) ?? 0,
    completionTokens: asNumber(fields.completionTokens) ?? 0,
    cost: typeof cost.amount === 'number' ? { amount: cost.amount, currency: asText(cost.currency) ?? 'USD' } : null,
    latencyMs: asNumber(fields.latencyMs) ?? 0,
    result: fields.result ?? null,
    confidence: asNumber(fields.confidence),
    systemPrompt: asText(fields.systemPrompt),
    userPrompt: asText(fields.userPrompt),
  };
}

/** The figures of several calls. Costs are added in the currency of the first that has one. */
export function sumCalls(rows: readonly unknown[]): {
  agentCallsToday: number;
  simulatedCallsToday: number;
  agentCostToday: Cost;
} {
  const calls = rows.map(readCall);
  const currency = calls.find((call) => call.cost)?.cost?.currency ?? 'USD';
  const amount = calls.reduce((sum, { cost }) => sum + (cost?.currency === currency ? cost.amount : 0), 0);
  return {
    agentCallsToday: calls.length,
    simulatedCallsToday: calls.filter((call) => call.simulated).length,
    agentCostToday: { amount, currency },
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
