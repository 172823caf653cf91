/**
 * Who measures a server. It can be told of things from the first moment on; the library behind it is loaded
 * when the server already listens, so that a start does not wait for it.
 */
import type { RuntimeObserver } from '../runtime/observer.js';
import type { AnsweredRequest, Metrics, MetricsParts } from './metrics.js';

/** What is told of what happens, and gives the figures. */
export interface Observation extends RuntimeObserver {
  answered(request: AnsweredRequest): void;
  /** Begins to count. Failures to load go to `onError`. */
  open(parts: MetricsParts, onError: (error: unknown, what: string) => void): void;
  /** The figures; null where counting was never begun or could not be. */
  metrics(): Promise<Metrics | null>;
}

/** An observation that counts nothing until it is opened. */
export function createObservation(): Observation {
  let metrics: Metrics | undefined;
  let opening: Promise<Metrics | null> = Promise.resolve(null);
  return {
    stepped: (command, outcome) => metrics?.stepped(command, outcome),
    committed: (batch) => metrics?.committed(batch),
    answered: (request) => metrics?.answered(request),
    open(parts, onError) {
      opening = import('./metrics.js')
        .then(({ createMetrics }) => createMetrics(parts))
        .then((created) => (metrics = created))
        .catch((error: unknown) => {
          onError(error, 'loading the figures for Prometheus');
          return null;
        });
    },
    metrics: () => opening,
  };
}
