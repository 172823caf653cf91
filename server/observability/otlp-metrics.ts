/** Sends the figures of `/metrics` by OTLP too: they are counted once, and read from there. */
import { readJson, writeJson } from '@countersign/engine';
import type { HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import { hrTime, millisToHrTime } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

/** Figures that are being sent. */
export interface MetricExport {
  close(): Promise<void>;
}

type Family = MetricObjectWithValues<MetricValue<string> & { readonly metricName?: string }>;

/** Sends the figures of `registry` every so often (OTEL_METRIC_EXPORT_INTERVAL; a minute where it is not set). */
export function startMetricExport(registry: Registry, resource: Resource): MetricExport {
  const start = millisToHrTime(Date.now());
  const producer: MetricProducer = {
    async collect() {
      const families = (await registry.getMetricsAsJSON()) as unknown as Family[];
      const metrics = families.flatMap((family) => toMetric(family, start, hrTime()) ?? []);
      const scopeMetrics = [{ scope: { name: 'countersign' }, metrics }];
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
    },
  };
  const interval = Number(process.env.OTEL_METRIC_EXPORT_INTERVAL);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ temporalityPreference: AggregationTemporality.CUMULATIVE }),
    metricProducers: [producer],
    ...(interval > 0 && { exportIntervalMillis: interval, exportTimeoutMillis: Math.min(interval, 30_000) }),
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { close: () => provider.shutdown() };
}

function toMetric(family: Family, startTime: HrTime, endTime: HrTime): MetricData | undefined {
  const descriptor = {
    name: family.name,
    description: family.help,
    unit: unitOf(family.name),
    valueType: ValueType.DOUBLE,
  };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const points = family.values.map(({ labels, value }) => {
    return { startTime, endTime, attributes: { ...labels } as Record<string, string>, value };
  });
  // prom-client names its kinds by words in JSON, and by numbers in its types.
  switch (String(family.type)) {
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: points };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: points };
    case 'histogram':
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: toHistograms(family, startTime, endTime),
      };
    default:
      return undefined;
  }
}

/** Prometheus counts what is up to a bound, OpenTelemetry what is between two. */
function toHistograms(family: Family, startTime: HrTime, endTime: HrTime) {
  const series = new Map<string, Family['values']>();
  for (const value of family.values) {
    const { le: _bound, ...labels } = value.labels as Record<string, string | number>;
    const name = writeJson(labels);
    series.set(name, [...(series.get(name) ?? []), value]);
  }
  return [...series].map(([name, values]) => {
    const bounds = values.filter(({ metricName }) => metricName?.endsWith('_bucket'));
    const one = (suffix: string): number =>
      values.find(({ metricName }) => metricName === `${family.name}${suffix}`)?.value ?? 0;
    const upTo = bounds.map(({ value }) => value);
    return {
      startTime,
      endTime,
      attributes: readJson(name) as Record<string, string>,
      value: {
        buckets: {
          boundaries: bounds
            .map(({ labels }) => Number((labels as Record<string, string | number>).le))
            .filter(Number.isFinite),
          counts: upTo.map((count, index) => count - (upTo[index - 1] ?? 0)),
        },
        sum: one('_sum'),
        count: one('_count'),
      },
    };
  });
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return name.endsWith('_bytes') ? 'By' : '1';
}
