/**
 * Who measures a server. It can be told of things from the first moment on; the library behind it is loaded
 * when the server already listens, so that a start does not wait for it.
 */
import { asVariables } from '@countersign/engine';
import type { Command, Key } from '@countersign/engine';
import type { RuntimeObserver } from '../runtime/observer.js';
import type { AnsweredRequest, Metrics, MetricsParts } from './metrics.js';
import type { Tracing } from './tracing.js';

/** What is told of what happens, and gives the figures. */
export interface Observation extends RuntimeObserver {
  answered(request: AnsweredRequest): void;
  /** Begins to count. Failures to load go to `onError`. */
  open(parts: MetricsParts, onError: (error: unknown, what: string) => void): void;
  /** The figures; null where counting was never begun or could not be. */
  metrics(): Promise<Metrics | null>;
}

/** An observation that counts nothing until it is opened. What happens is traced where there is a `tracing`. */
export function createObservation(tracing: Tracing | null): Observation {
  let metrics: Metrics | undefined;
  const asked = new Map<Key, string>();
  let opening: Promise<Metrics | null> = Promise.resolve(null);
  return {
    stepped(command, outcome, rootKey) {
      tracing?.stepped(command, outcome, rootKey);
      if (!metrics) return;
      metrics.stepped(command.type, outcome);
      if (command.type === 'record model call' && outcome === 'ok') countCall(metrics, asked, command);
    },
    committed(batch) {
      tracing?.committed(batch);
      metrics?.committed(batch);
    },
    work: tracing?.work,
    answered: (request) => metrics?.answered(request),
    open(parts, onError) {
      opening = import('./metrics.js')
        .then(({ createMetrics }) => createMetrics(parts))
        .then((created) => {
          metrics = created;
          tracing?.send(created);
          return created;
        })
        .catch((error: unknown) => {
          onError(error, 'loading the figures for Prometheus');
          return null;
        });
    },
    metrics: () => opening,
  };
}

/** Calls that are on their way, at most; beyond them the model of a call is not told. */
const MOST_ASKED = 10_000;

/** Counts a model's answer as the journal has it, under the model that was asked for: what answers names itself. */
function countCall(
  metrics: Metrics,
  asked: Map<Key, string>,
  { event, data, jobKey }: Extract<Command, { type: 'record model call' }>,
): void {
  if (event === 'model call started') {
    if (typeof data.model === 'string' && asked.size < MOST_ASKED) asked.set(jobKey, data.model);
    return;
  }
  const model = asked.get(jobKey) ?? 'unknown';
  asked.delete(jobKey);
  if (event !== 'model call finished') return;
  const { inputTokens, outputTokens } = asVariables(data.usage) ?? {};
  metrics.called({
    model,
    outcome: data.outcome === 'answered' ? 'ok' : 'failed',
    inputTokens: typeof inputTokens === 'number' ? inputTokens : 0,
    outputTokens: typeof outputTokens === 'number' ? outputTokens : 0,
  });
}
