/** Tells the kinds of failed model calls apart, and says each in a sentence without secrets. */
import type { APICallError } from 'ai';
import { modelFailure } from './model-port.js';
import type { ModelFailureKind, ModelOutcome } from './model-port.js';
import { redact } from './secrets.js';

const MAX_MESSAGE = 300;
const MAX_RETRY_AFTER = 24 * 60 * 60 * 1000;

/** What a refused request becomes. `secretValues` are taken out of what the provider says. */
export function httpFailure(error: APICallError, secretValues: readonly string[]): ModelOutcome {
  const { statusCode: status } = error;
  if (status === undefined || status < 300) return failureOfError(error, secretValues);
  if (status < 400) {
    const message = `The model provider answers with a redirect (HTTP ${status}), which is not followed. Give the address it leads to.`;
    return modelFailure('refused', message, { status });
  }
  const retryAfterMs = readRetryAfter(error.responseHeaders ?? {}, Date.now());
  const kind = kindOf(status, codeOf(error.data));
  // The text of a refused key quotes the key.
  const said = status === 401 || status === 403 ? '' : shortened(redact(error.message, secretValues));
  return modelFailure(
    kind,
    `${SENTENCES[kind] ?? 'The model provider refused the call'} (HTTP ${status})${said ? `: ${said}` : ''}.`,
    {
      status,
      retryAfterMs,
    },
  );
}

/** What everything else becomes: no connection, an answer that is not the protocol's. */
export function failureOfError(error: unknown, secretValues: readonly string[]): ModelOutcome {
  const reasons = causesOf(error);
  const network = reasons.find(({ code }) => code !== undefined && /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(code));
  const said = shortened(redact((network ?? reasons.at(-1))?.message ?? 'no reason given', secretValues));
  if (network || reasons.some(({ message }) => message === 'fetch failed')) {
    return modelFailure('unreachable', `The model provider cannot be reached: ${network?.code ?? said}.`);
  }
  return modelFailure('server fault', `The model provider's answer cannot be read: ${said}.`);
}

const SENTENCES: Partial<Record<ModelFailureKind, string>> = {
  'rate limit': 'The model provider limits the rate of calls',
  overload: 'The model provider is overloaded',
  timeout: 'The model provider did not answer in time',
  'server fault': 'The model provider failed',
};

function kindOf(status: number, code: string | undefined): ModelFailureKind {
  // An account without credit answers 429 for ever: waiting does not help.
  if (status === 429) return code === 'insufficient_quota' ? 'refused' : 'rate limit';
  if (status === 503 || status === 529) return 'overload';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 500 ? 'server fault' : 'refused';
}

function codeOf(data: unknown): string | undefined {
  const { error } = (data ?? {}) as { error?: { code?: unknown } };
  return typeof error?.code === 'string' ? error.code : undefined;
}

/**
 * Milliseconds that the headers ask to wait (`retry-after-ms`, or `retry-after` in seconds or as a date,
 * RFC 9110 §10.2.3); null where they do not ask.
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const exact = Number(headers['retry-after-ms']);
  if (exact > 0) return Math.min(exact, MAX_RETRY_AFTER);
  const given = headers['retry-after'];
  if (given === undefined) return null;
  const wait = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1000 : Date.parse(given) - now;
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, MAX_RETRY_AFTER) : null;
}

/** An error and what caused it, outermost first. */
function causesOf(error: unknown): { message: string; code: string | undefined }[] {
  const causes: { message: string; code: string | undefined }[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    causes.push({ message: cause.message, code: typeof code === 'string' ? code : undefined });
  }
  return causes;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line;
}
