/**
 * Traces: which request led to which command, commit, job and model call. Off unless one of OpenTelemetry's
 * standard variables names where they go; the library behind it is loaded only then.
 */
import type { RequestListener } from 'node:http';
import type { RuntimeObserver } from '../runtime/observer.js';
import type { Metrics } from './metrics.js';

/** What is known of a span: plain values by their names in OpenTelemetry's conventions. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A span that is open. */
export interface OpenSpan {
  add(facts: SpanFacts): void;
  /** Marks it as failed; `kind` is a class of failures, never a text that may hold data. */
  fail(kind: string): void;
}

/** Where the house tells what leads to what. */
export interface Tracing extends Required<Pick<RuntimeObserver, 'stepped' | 'committed' | 'work'>> {
  /** Has every request be a span; one that comes with a `traceparent` (W3C Trace Context) is part of that trace. */
  requests(listener: RequestListener, routeOf: (request: object) => string | undefined): RequestListener;
  /** Runs work inside a span; what it begins in turn is below it. A failure of the work fails the span. */
  inSpan<T>(
    name: string,
    kind: 'internal' | 'client' | 'consumer',
    facts: SpanFacts,
    work: (span: OpenSpan) => Promise<T>,
  ): Promise<T>;
  /** Begins to send the figures too, where that is configured. */
  send(metrics: Metrics): void;
  /** Sends the figures for the last time, while the database can still be asked. Never throws. */
  sendLast(): Promise<void>;
  /** Sends the spans that are left. Never throws. */
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ENDPOINTS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
];

/** Whether the environment names where traces or figures go, and does not switch it off. */
export function wantsTelemetry(environment: Environment): boolean {
  if (environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false;
  return ENDPOINTS.some((name) => (environment[name]?.trim() ?? '') !== '');
}

/** Begins to trace where the environment asks for it; null otherwise. */
export async function openTracing(environment: Environment, version: string): Promise<Tracing | null> {
  if (!wantsTelemetry(environment)) return null;
  const { createTracing } = await import('./otel.js');
  return createTracing(environment, version);
}
