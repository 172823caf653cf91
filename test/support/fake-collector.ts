/** An OpenTelemetry collector on loopback: takes OTLP as JSON over real HTTP, and remembers spans and figures. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as it came. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: number;
  readonly isFailed: boolean;
}

/** A running collector. */
export interface FakeCollector {
  readonly url: string;
  readonly spans: readonly SeenSpan[];
  /** Names of the figures that came. */
  readonly metrics: ReadonlySet<string>;
  /** Everything that came, as text. */
  text(): string;
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface RawSpan extends Omit<SeenSpan, 'attributes' | 'links' | 'isFailed'> {
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly unknown[];
  readonly status?: { readonly code?: number };
}

interface Payload {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

/** Starts a collector. */
export async function startFakeCollector(): Promise<FakeCollector> {
  const spans: SeenSpan[] = [];
  const metrics = new Set<string>();
  const texts: string[] = [];
  const take = (text: string): void => {
    texts.push(text);
    const payload = JSON.parse(text) as Payload;
    for (const span of (payload.resourceSpans ?? [])
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap((scope) => scope.spans))
      spans.push(toSpan(span));
    for (const { name } of (payload.resourceMetrics ?? [])
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics))
      metrics.add(name);
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      take((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8'));
      response.setHeader('Content-Type', 'application/json');
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    metrics,
    text: () => texts.join('\n'),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toSpan({ attributes = [], links = [], status, ...span }: RawSpan): SeenSpan {
  return {
    ...span,
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    links: links.length,
    isFailed: status?.code === 2,
  };
}
