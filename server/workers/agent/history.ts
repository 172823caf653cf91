/**
 * What the journal knows of a job's model calls. An attempt is *started*; then it is *finished* (answered or
 * failed), or, when nothing is known of its end, *lost*. An answered attempt is never paid again: whoever
 * works on the job next reads its answer here.
 */
import type { JsonObject, JsonValue } from '@countersign/engine';
import type { ModelUsage } from '../../agents/model-port.js';
import type { ModelCallRow } from '../../store/queries/model-calls.js';

/** An answer as the journal holds it. */
export interface RecordedAnswer {
  readonly result: JsonValue;
  readonly model: string;
  readonly simulated: boolean;
  readonly usage: ModelUsage;
  readonly finishReason: string;
}

/** The attempts of a job so far. */
export interface CallHistory {
  /** The number of the last attempt; 0 where there is none. */
  readonly attempts: number;
  /** Answers that came, usable or not. */
  readonly answers: number;
  /** Started rows of attempts whose end is unknown. */
  readonly open: readonly JsonObject[];
  /** The hashes of requests whose prompts are in the journal. */
  readonly told: ReadonlySet<string>;
  /** The usable answer to a request, by the request's hash. */
  answerTo(requestHash: string): RecordedAnswer | undefined;
}

/** Reads the history from the rows of a job, oldest first. The rows are our own, so their shape is known. */
export function readHistory(rows: readonly ModelCallRow[]): CallHistory {
  const open = new Map<JsonValue | undefined, JsonObject>();
  const answered = new Map<JsonValue | undefined, JsonObject>();
  const told = new Set<string>();
  let attempts = 0;
  let answers = 0;
  for (const { event, data } of rows) {
    if (event === 'model call started') {
      attempts = Math.max(attempts, Number(data.attempt));
      open.set(data.attempt, data);
      if (data.prompts !== undefined) told.add(data.requestHash as string);
      continue;
    }
    open.delete(data.attempt);
    if (event === 'model call finished' && data.usage !== null) answers += 1;
    if (data.outcome === 'answered') answered.set(data.requestHash, data);
  }
  return {
    attempts,
    answers,
    open: [...open.values()],
    told,
    answerTo: (requestHash) => answered.get(requestHash) as unknown as RecordedAnswer | undefined,
  };
}
