/**
 * The model port: what this server asks of a language model, and what it gets. Providers stand behind it;
 * nobody else knows their libraries. Every outcome is a value, and one call asks the model once.
 */
import type { JsonObject, JsonValue } from '@countersign/engine';

/** One message of a conversation. Tool calls and results will be further roles. */
export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What the answer must look like: free text, or JSON that a schema (JSON Schema) describes where one is given. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json'; readonly schema: JsonObject | null; readonly schemaName: string };

/** One question to a model: everything that decides the answer, and nothing secret. */
export interface ModelRequest {
  /** The model's name, as the provider knows it. */
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly responseFormat: ResponseFormat;
  /** Tokens the answer may have; always set, so that a call has a greatest price. */
  readonly maxOutputTokens: number;
  readonly temperature: number | null;
  readonly topP: number | null;
}

/** Tokens of one call; null where the provider does not say. */
export interface ModelUsage {
  /** Everything sent, cached parts included. */
  readonly inputTokens: number | null;
  /** The part of the input that the provider had in its cache. */
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
}

/** What a provider billed, whether or not the answer can be used. */
export interface BilledAnswer {
  /** The answer as text, as it came. */
  readonly text: string;
  readonly usage: ModelUsage;
  /** The model as the provider names it in the answer. */
  readonly model: string;
  /** The provider's own id of the answer; null where it has none. */
  readonly responseId: string | null;
  /** Why the model stopped: `stop`, `length`, `content-filter` … */
  readonly finishReason: string;
}

/** An answer that can be used. `object` is set for a JSON format, and fits the schema. */
export interface ModelAnswer extends BilledAnswer {
  readonly object: JsonValue | undefined;
}

/** Why a call gave no usable answer. */
export type ModelFailureKind =
  | 'rate limit'
  | 'overload'
  | 'timeout'
  | 'server fault'
  | 'unreachable'
  | 'invalid output'
  /** The provider would not ask the model. */
  | 'refused'
  /** The model would not answer, or a filter kept its answer back. */
  | 'declined'
  | 'empty'
  | 'cut off'
  | 'unknown tool'
  | 'stopped';

/** A call without a usable answer. */
export interface ModelFailure {
  readonly kind: ModelFailureKind;
  /** A sentence for people; never holds a secret or a prompt. */
  readonly message: string;
  /** The provider's HTTP status; null where there was none. */
  readonly status: number | null;
  /** Milliseconds the provider asks to wait; null where it does not say. */
  readonly retryAfterMs: number | null;
  /** What was billed nevertheless: an answer that does not fit. */
  readonly billed: BilledAnswer | null;
}

/** What a call gives. */
export type ModelOutcome =
  | { readonly ok: true; readonly answer: ModelAnswer }
  | { readonly ok: false; readonly failure: ModelFailure };

/** How long a call may take, and what ends it early. */
export interface CallLimits {
  /** Milliseconds until the call is given up. */
  readonly timeoutMs: number;
  /** Ends the call when the server stops. */
  readonly signal: AbortSignal;
}

/** Where models are asked. */
export interface ModelProvider {
  /** Its type, as the process names it. */
  readonly name: string;
  /** Whether its answers are made up by an expression of the process. */
  readonly simulated: boolean;
  /** Where it is called; null for one that calls nobody. Prices depend on it. */
  readonly endpoint: string | null;
  /** Asks once; never throws for what a provider does, never tries again by itself. */
  call(request: ModelRequest, limits: CallLimits): Promise<ModelOutcome>;
}

/** Failures that the same question may survive a moment later. What is our own fault is not among them. */
const TEMPORARY: ReadonlySet<ModelFailureKind> = new Set([
  'rate limit',
  'overload',
  'timeout',
  'server fault',
  'unreachable',
  'invalid output',
]);

/** Whether asking again makes sense. */
export function isTemporary(failure: ModelFailure): boolean {
  return TEMPORARY.has(failure.kind);
}

/** A failure with its parts; what is not given is unknown. */
export function modelFailure(
  kind: ModelFailureKind,
  message: string,
  parts: Partial<Pick<ModelFailure, 'status' | 'retryAfterMs' | 'billed'>> = {},
): { readonly ok: false; readonly failure: ModelFailure } {
  const { status = null, retryAfterMs = null, billed = null } = parts;
  return { ok: false, failure: { kind, message, status, retryAfterMs, billed } };
}
