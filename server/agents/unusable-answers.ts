/**
 * Answers that were given and paid, and that nobody can use: a refusal, nothing at all, a half, a call of a tool that
 * nobody offered. The same question would have the same end, so none of them is asked again.
 */
import { readJson } from '@countersign/engine';
import type { BilledAnswer, ModelFailureKind } from './model-port.js';

/** What an answer says beside its text, which the library does not hand on. */
export interface SeenAnswer {
  refusal: string | null;
  toolNames: string[];
}

/** The BPMN error of each, for a boundary event to catch. */
export const ANSWER_ERRORS: Partial<Record<ModelFailureKind, string>> = {
  declined: 'REFUSED',
  empty: 'EMPTY',
  'cut off': 'CUT_OFF',
  'unknown tool': 'UNKNOWN_TOOL',
};

const LONGEST = 300;

/** A fetch that notes in `seen` what the answer says beside its text. */
export function watchAnswer(send: typeof fetch, seen: SeenAnswer): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    if (!response.ok) return response;
    const text = await response.text();
    note(text, seen);
    const { status, statusText } = response;
    const type = response.headers.get('content-type');
    return new Response(text, { status, statusText, headers: type === null ? {} : { 'content-type': type } });
  };
}

interface Message {
  readonly refusal?: unknown;
  readonly tool_calls?: unknown;
}

function note(text: string, seen: SeenAnswer): void {
  let message: Message | undefined;
  try {
    message = (readJson(text) as { choices?: { message?: Message }[] } | null)?.choices?.[0]?.message;
  } catch {
    // The library says what it is instead.
    return;
  }
  if (typeof message?.refusal === 'string' && message.refusal !== '') seen.refusal = message.refusal;
  if (!Array.isArray(message?.tool_calls)) return;
  for (const call of message.tool_calls as { function?: { name?: unknown } }[]) {
    seen.toolNames.push(typeof call.function?.name === 'string' ? call.function.name : 'without a name');
  }
}

/** Why an answer is of no use, as a kind and a sentence; null where it can be read. */
export function describeUnusable(
  { refusal, toolNames }: SeenAnswer,
  { text, finishReason }: Pick<BilledAnswer, 'text' | 'finishReason'>,
): { readonly kind: ModelFailureKind; readonly message: string } | null {
  if (finishReason === 'content-filter')
    return { kind: 'declined', message: 'The provider’s content filter withheld the answer.' };
  if (refusal !== null)
    return { kind: 'declined', message: `The model refuses to answer: ${refusal.slice(0, LONGEST)}` };
  if (toolNames.length > 0) {
    const names = toolNames
      .map((name) => `"${name}"`)
      .join(', ')
      .slice(0, LONGEST);
    return { kind: 'unknown tool', message: `The model calls a tool that nobody offered: ${names}.` };
  }
  if (finishReason === 'length') {
    const message = 'The answer was cut off: it reached the greatest number of output tokens.';
    return { kind: 'cut off', message: `${message} Raise the limit of output tokens, or ask for less.` };
  }
  return text.trim() === '' ? { kind: 'empty', message: 'The model answered nothing.' } : null;
}
