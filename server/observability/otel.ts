/**
 * Traces by OpenTelemetry's SDK, sent by OTLP over HTTP. The SDK reads its standard variables itself: where to
 * send, with which headers, how often, and which part of the traces.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, defaultTextMapGetter, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { startMetricExport } from './otlp-metrics.js';
import type { MetricExport } from './otlp-metrics.js';
import type { OpenSpan, SpanFacts, Tracing } from './tracing.js';

/** Milliseconds that a collector has for the last spans and figures. */
const PATIENCE = 1_500;

/** Spans that one commit names at most; a batch may hold hundreds. */
const MOST_LINKS = 64;

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

/** Begins to trace. Nothing is registered globally: two servers in one process keep apart. */
export function createTracing(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
): Tracing {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'countersign', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const wants = (signal: 'TRACES' | 'METRICS'): boolean =>
    environment[`OTEL_${signal}_EXPORTER`] !== 'none' &&
    Boolean(environment.OTEL_EXPORTER_OTLP_ENDPOINT ?? environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]);
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: wants('TRACES') ? [new BatchSpanProcessor(new OTLPTraceExporter())] : [],
  });
  const tracer = provider.getTracer('countersign', version);
  const propagator = new W3CTraceContextPropagator();
  const here = new AsyncLocalStorage<Context>();
  const context = (): Context => here.getStore() ?? ROOT_CONTEXT;
  /** The work whose command runs now, and those that wait for the commit. */
  let running: Work | undefined;
  let uncommitted: Span[] = [];
  let metrics: MetricExport | undefined;

  const spanOf = (work: Work, name: string): Span => {
    work.span ??= tracer.startSpan(name, { kind: SpanKind.INTERNAL, startTime: work.at }, work.context);
    return work.span;
  };

  return {
    requests: (listener, routeOf) => (request, response) => {
      const method = request.method ?? '';
      // A router that is mounted at a path takes that off the address while it answers. The query can hold what
      // somebody searched for.
      const path = (request.url ?? '').split('?')[0];
      const parent = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
      response.once('close', () => {
        const route = routeOf(request);
        if (route !== undefined) span.updateName(`${method} ${route}`);
        span.setAttributes({
          'http.request.method': method,
          'http.response.status_code': response.statusCode,
          'url.path': path,
          ...(route !== undefined && { 'http.route': route }),
        });
        if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      });
      here.run(trace.setSpan(parent, span), () => listener(request, response));
    },

    async inSpan(name, kind, facts, work) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: toAttributes(facts) }, context());
      try {
        return await here.run(trace.setSpan(context(), span), () => work(toOpenSpan(span)));
      } catch (error) {
        failSpan(span, kindOf(error));
        throw error;
      } finally {
        span.end();
      }
    },

    work() {
      // Work that neither runs a command nor fails is no span: nothing could be said of it.
      const begun: Work = { at: Date.now(), context: context(), span: undefined };
      return {
        run(work) {
          running = begun;
          try {
            return work();
          } finally {
            running = undefined;
          }
        },
        ended(error) {
          if (error !== undefined) failSpan(spanOf(begun, 'command'), kindOf(error));
          begun.span?.end();
        },
      };
    },

    stepped(command, outcome, rootKey) {
      if (!running) return;
      const span = spanOf(running, `command ${command.type}`);
      uncommitted.push(span);
      span.setAttributes({
        'countersign.command': command.type,
        'countersign.outcome': outcome,
        'countersign.root_process_instance_key': String(rootKey),
      });
    },

    committed({ ms, rows, commands }) {
      const [first, ...others] = new Set(uncommitted);
      uncommitted = [];
      if (!first) return;
      const end = Date.now();
      const span = tracer.startSpan(
        'commit',
        {
          kind: SpanKind.INTERNAL,
          startTime: end - ms,
          attributes: { 'countersign.rows': rows, 'countersign.commands': commands },
          links: others.slice(0, MOST_LINKS).map((other) => ({ context: other.spanContext() })),
        },
        trace.setSpan(ROOT_CONTEXT, first),
      );
      span.end(end);
    },

    send(figures) {
      if (wants('METRICS')) metrics = startMetricExport(figures.registry, resource);
    },

    sendLast: () => atMost(metrics?.close()),
    close: () => atMost(provider.shutdown()),
  };
}

/** Work that waits for a commit; its span begins with its first command. */
interface Work {
  readonly at: number;
  readonly context: Context;
  span: Span | undefined;
}

function toOpenSpan(span: Span): OpenSpan {
  return {
    add: (facts) => void span.setAttributes(toAttributes(facts)),
    fail: (kind) => failSpan(span, kind),
  };
}

function failSpan(span: Span, kind: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', kind);
}

function toAttributes(facts: SpanFacts): Attributes {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'object' ? [...value] : value]],
    ),
  );
}

/** A collector that is away must not keep a server from ending. */
async function atMost(work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  await Promise.race([Promise.allSettled([work]), over]);
  clearTimeout(timer);
}

/** The class of an error: its text may hold what a process holds. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
