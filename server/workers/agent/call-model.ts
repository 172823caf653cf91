/**
 * A model call as journalled steps. Before the provider is asked, a row says so; when the answer is there, a
 * row holds it, in a commit of its own, before anything else happens. Who works on the job again finds that
 * row and does not ask again. An attempt that was started and of whose end nothing is known is recorded as
 * lost, charged at what was reserved for it, and made again: this is the one window in which a call can be
 * paid twice.
 */
import { describeFault, inspectJson, toUnicode } from '@countersign/engine';
import type { Actor, JsonObject } from '@countersign/engine';
import { isTemporary, modelFailure } from '../../agents/model-port.js';
import type {
  BilledAnswer,
  ModelFailure,
  ModelOutcome,
  ModelProvider,
  ModelRequest,
} from '../../agents/model-port.js';
import { priceCall } from '../../agents/prices.js';
import type { Cost, ModelPrices } from '../../agents/prices.js';
import { hashJson, hashRequest } from '../../agents/request-hash.js';
import type { ActivatedJob, Runtime } from '../../runtime/runtime.js';
import { readModelCalls } from '../../store/queries/model-calls.js';
import type { ModelCallEvent } from '../../store/queries/model-calls.js';
import { untilAvailable } from '../until-available.js';
import type { Wait } from '../until-available.js';
import { readHistory } from './history.js';
import type { RecordedAnswer } from './history.js';

/** A call to make for a job. */
export interface ModelCall {
  readonly job: ActivatedJob;
  readonly actor: Actor;
  readonly provider: ModelProvider;
  /** The provider's address as the process names it, without secrets. */
  readonly endpoint: string | null;
  readonly request: ModelRequest;
  readonly timeoutMs: number;
  readonly maxModelCalls: number;
  readonly prices: ModelPrices;
  /** Ends the call when the server stops. */
  readonly signal: AbortSignal;
}

/** What making a call needs. */
export interface CallTools {
  readonly runtime: Pick<Runtime, 'execute' | 'updateJob' | 'store' | 'clock'>;
  readonly wait: Wait;
}

/** How a call ended. `over`: the job is done or cancelled, there is nothing to hand over. */
export type CallResult =
  | { readonly kind: 'answered'; readonly answer: RecordedAnswer }
  | { readonly kind: 'failed'; readonly failure: ModelFailure; readonly attempts: number }
  | { readonly kind: 'limit reached'; readonly answers: number }
  | { readonly kind: 'over' };

/** Attempts under one lease; after them the job fails and waits longer. */
const MAX_TRIES = 3;
const FIRST_WAIT = 1000;
/** A provider that wants a longer pause gets it from the job's back-off. */
const LONGEST_WAIT = 30_000;
/** Milliseconds of lease beyond the time a call may take: for the wait before it and the commits around it. */
const LEASE_MARGIN = 60_000;
/** Characters of a token, at least: an estimate that is rather too high. */
const CHARACTERS_PER_TOKEN = 3;

/** Asks a model for a job, or finds the answer it has given before. Throws where the database stays away. */
export async function callModel(call: ModelCall, tools: CallTools): Promise<CallResult> {
  const { job, provider, request, endpoint } = call;
  const requestHash = hashRequest({ provider: provider.name, endpoint }, request);
  const history = readHistory(await readModelCalls(tools.runtime.store.knex, job));
  const known = history.answerTo(requestHash);
  if (known) return { kind: 'answered', answer: known };

  const record = (event: ModelCallEvent, data: JsonObject): Promise<boolean> =>
    recordRow(call, tools, event, data);
  for (const started of history.open) {
    const reason = 'Nothing is known of its end: the worker stopped, or lost the job.';
    if (!(await record('model call lost', lostRow(started, reason)))) return { kind: 'over' };
  }

  const reserved = await reserve(call, tools);
  let { answers } = history;
  for (let tries = 1; ; tries++) {
    if (answers >= call.maxModelCalls) return { kind: 'limit reached', answers };
    const attempt = history.attempts + tries;
    const started = startedRow(call, {
      attempt,
      requestHash,
      reserved,
      isTold: tries > 1 || history.told.has(requestHash),
    });
    if (!(await holdLease(call, tools)) || !(await record('model call started', started)))
      return { kind: 'over' };

    const begin = performance.now();
    const outcome = fitToKeep(
      await provider.call(request, { timeoutMs: call.timeoutMs, signal: call.signal }),
    );
    const latencyMs = Math.round(performance.now() - begin);
    if (!outcome.ok && outcome.failure.kind === 'stopped') {
      await record('model call lost', lostRow(started, outcome.failure.message));
      return { kind: 'failed', failure: outcome.failure, attempts: attempt };
    }
    const finished = await finishedRow(call, tools, { attempt, requestHash, latencyMs }, outcome);
    if (!(await record('model call finished', finished))) return { kind: 'over' };
    if (outcome.ok) return { kind: 'answered', answer: finished as unknown as RecordedAnswer };

    const { failure } = outcome;
    if (failure.billed) answers += 1;
    const pause = pauseAfter(failure, tries);
    if (!isTemporary(failure) || tries >= MAX_TRIES || pause > LONGEST_WAIT || call.signal.aborted) {
      return { kind: 'failed', failure, attempts: attempt };
    }
    await tools.wait(pause, call.signal);
  }
}

/** An answer as the journal can keep it: its text is Unicode, its JSON within the limits; what is not, does not fit. */
function fitToKeep(outcome: ModelOutcome): ModelOutcome {
  if (!outcome.ok) return outcome;
  const { object, ...answer } = outcome.answer;
  const billed = { ...answer, text: answer.text.toWellFormed() };
  if (object === undefined) return { ok: true, answer: { ...billed, object } };
  const { fault, isUnicode } = inspectJson(object);
  if (!fault) return { ok: true, answer: { ...billed, object: isUnicode ? object : toUnicode(object) } };
  const message = `The model's JSON cannot be kept. ${describeFault(fault, 'The answer')}.`;
  return modelFailure('invalid output', message, { billed });
}

/** Writes a row under the job; false where the job is over. */
async function recordRow(
  { job: { jobKey }, actor }: ModelCall,
  { runtime, wait }: CallTools,
  event: ModelCallEvent,
  data: JsonObject,
): Promise<boolean> {
  const result = await untilAvailable(
    () => runtime.execute({ type: 'record model call', jobKey, event, data }, actor),
    wait,
  );
  return result.ok;
}

/** Keeps the job for the longest time the next attempt can take; false where it is over or somebody else's. */
async function holdLease(
  { job: { jobKey }, actor, provider, timeoutMs }: ModelCall,
  { runtime, wait }: CallTools,
): Promise<boolean> {
  // Its answer takes no time, and the first lease is long enough.
  if (provider.simulated) return true;
  const result = await untilAvailable(
    () => runtime.updateJob({ jobKey, timeoutMs: timeoutMs + LEASE_MARGIN }, actor),
    wait,
  );
  return result.ok;
}

/** What the call will cost at most; null where no price is known. */
async function reserve(
  { provider, request, prices }: ModelCall,
  { runtime }: CallTools,
): Promise<Cost | null> {
  if (provider.simulated) return null;
  const characters = request.messages.reduce((sum, { content }) => sum + content.length, 0);
  const usage = {
    inputTokens: Math.ceil(characters / CHARACTERS_PER_TOKEN),
    cachedInputTokens: 0,
    outputTokens: request.maxOutputTokens,
  };
  return (
    await priceCall({ endpoint: provider.endpoint, model: request.model }, usage, prices, runtime.clock.now())
  ).cost;
}

function startedRow(
  { provider, request, endpoint }: ModelCall,
  {
    attempt,
    requestHash,
    reserved,
    isTold,
  }: { attempt: number; requestHash: string; reserved: Cost | null; isTold: boolean },
): JsonObject {
  const textOf = (role: string): string | undefined =>
    request.messages.find((message) => message.role === role)?.content;
  const system = textOf('system');
  return {
    attempt,
    requestHash,
    provider: provider.name,
    endpoint,
    model: request.model,
    simulated: provider.simulated,
    maxOutputTokens: request.maxOutputTokens,
    reserved: reserved && { ...reserved },
    systemPromptHash: system === undefined ? null : hashJson(system),
    // The same words in every attempt would only make the journal longer.
    ...(!isTold && { prompts: { system, user: textOf('user') } }),
  };
}

function lostRow(started: JsonObject, reason: string): JsonObject {
  const { attempt, requestHash, provider, model, simulated, reserved = null } = started;
  return { attempt, requestHash, provider, model, simulated, charged: reserved, reason };
}

async function finishedRow(
  call: ModelCall,
  tools: CallTools,
  attempt: { attempt: number; requestHash: string; latencyMs: number },
  outcome: ModelOutcome,
): Promise<JsonObject> {
  const { provider, request } = call;
  const billed = outcome.ok ? outcome.answer : outcome.failure.billed;
  const common = {
    ...attempt,
    provider: provider.name,
    simulated: provider.simulated,
    model: billed?.model ?? request.model,
    responseId: billed?.responseId ?? null,
    finishReason: billed?.finishReason ?? null,
    ...(await billOf(call, tools, billed)),
  };
  if (!outcome.ok) {
    const { kind, message, status } = outcome.failure;
    return {
      ...common,
      outcome: 'failed',
      failure: { kind, message, status },
      ...(billed && { text: billed.text }),
    };
  }
  const { object, text } = outcome.answer;
  const result = object === undefined ? text : object;
  return {
    ...common,
    outcome: 'answered',
    result,
    resultHash: hashJson(result),
    confidence: confidenceOf(result),
  };
}

async function billOf(
  { provider, prices, request }: ModelCall,
  { runtime }: CallTools,
  billed: BilledAnswer | null,
): Promise<JsonObject> {
  if (!billed) return { usage: null, cost: null, priceVersion: null, priceId: null };
  const usage = { ...billed.usage };
  // Nobody was asked, so there is nothing to pay and no currency to pay it in.
  if (provider.simulated) return { usage, cost: null, priceVersion: 'simulated', priceId: null };
  const at = runtime.clock.now();
  const asked = await priceCall({ endpoint: provider.endpoint, model: request.model }, usage, prices, at);
  // A configured price goes by the name that was asked for; the list may know only the one that answered.
  const priced = asked.cost
    ? asked
    : await priceCall({ endpoint: provider.endpoint, model: billed.model }, usage, prices, at);
  return { usage, ...priced, cost: priced.cost && { ...priced.cost } };
}

/** The answer's own estimate of how sure it is, from 0 to 1. */
function confidenceOf(result: unknown): number | null {
  const { confidence } = (result ?? {}) as { confidence?: unknown };
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null;
}

/** Milliseconds before the next attempt: what the provider asks for, else longer each time. */
function pauseAfter({ kind, retryAfterMs }: ModelFailure, tries: number): number {
  if (kind === 'invalid output') return 0;
  return retryAfterMs ?? FIRST_WAIT * 3 ** (tries - 1);
}
