/**
 * The figures that `/metrics` prints for Prometheus. What happens is counted as it happens; what waits is
 * asked of the database at each scrape, by bounded queries (store/queries/figures.ts).
 * docs/observability.md has a table of all of them; a test holds it against what is printed.
 */
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { countIncidents, countJobs, countTimers, databaseSize } from '../store/queries/figures.js';
import type { CommittedBatch } from '../runtime/observer.js';
import type { AuditTrail } from '../audit/trail.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Outages } from './outages.js';
import { boundedLabels } from './bounded-labels.js';

/** A request that was answered, or whose caller went away. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route, such as `/v2/jobs/:jobKey/completion`; never the address itself. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Models that are told apart. */
const MOST_MODELS = 50;

/** A model's answer, or its failure. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: 'ok' | 'failed';
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Where the house reports what happens, and where Prometheus reads it. */
export interface Metrics {
  stepped(command: string, outcome: string): void;
  committed(batch: CommittedBatch): void;
  answered(request: AnsweredRequest): void;
  called(call: ModelCall): void;
  /** The figures in Prometheus' text format, asked anew. */
  text(): Promise<string>;
  readonly contentType: string;
  readonly registry: Registry;
}

/** What the figures are read from. */
export interface MetricsParts {
  readonly runtime: Runtime;
  readonly trail: Pick<AuditTrail, 'figures' | 'alarm'>;
  readonly outages: Pick<Outages, 'figures'>;
  /** The path of the SQLite file; not used for PostgreSQL. */
  readonly databaseFile: string;
  readonly version: string;
}

const COMMIT_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];
const REQUEST_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 400];

/** Loads the library and sets the figures up. It is slow to load, so that a server does it when it already listens. */
export async function createMetrics(parts: MetricsParts): Promise<Metrics> {
  const prom = await import('prom-client');
  const registry = new prom.Registry();
  const registers = [registry];
  prom.collectDefaultMetrics({ register: registry });
  // Gauges whose names are those of counters; each is the sum of another one, by type.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${what}_total`);
  const { runtime } = parts;
  const knex = runtime.store.knex;

  // Counted in plain numbers: the library's own labels would cost a busy server several times as much.
  const commands = new Map<string, Map<string, number>>();
  new prom.Counter({
    name: 'countersign_commands_total',
    help: 'Commands that ran, by kind and by outcome: ok, or how they were refused.',
    labelNames: ['command', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [command, outcomes] of commands)
        for (const [outcome, count] of outcomes) this.inc({ command, outcome }, count);
    },
  });
  const commitSeconds = new prom.Histogram({
    name: 'countersign_commit_duration_seconds',
    help: 'Writing the rows of a batch and waiting for the disk.',
    buckets: COMMIT_SECONDS,
    registers,
  });
  const batchSize = new prom.Histogram({
    name: 'countersign_commit_commands',
    help: 'Commands that shared one commit.',
    buckets: BATCH_SIZES,
    registers,
  });
  const rows = counter('countersign_audit_rows_total', 'Rows written to the audit trail.');
  const requests = new prom.Histogram({
    name: 'countersign_http_request_duration_seconds',
    help: 'Requests by route; those of job activation include the wait for a job.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const models = boundedLabels(MOST_MODELS);
  const calls = new prom.Counter({
    name: 'countersign_model_calls_total',
    help: 'Calls of AI models, by model and outcome.',
    labelNames: ['model', 'outcome'],
    registers,
  });
  const tokens = new prom.Counter({
    name: 'countersign_model_tokens_total',
    help: 'Tokens that AI models read and wrote.',
    labelNames: ['model', 'direction'],
    registers,
  });

  gauge('countersign_queue_depth', 'Commands that wait for a commit.', (it) => {
    it.set(runtime.figures().queued);
  });
  gauge('countersign_cached_instances', 'Process instances kept in memory, with what they called.', (it) => {
    it.set(runtime.figures().cachedTrees);
  });
  new prom.Gauge({
    name: 'countersign_jobs',
    help: 'Open jobs by type: available to a worker, or held (leased, or waiting after a failure).',
    labelNames: ['type', 'state'],
    registers,
    async collect() {
      this.reset();
      const figures = await countJobs(knex, runtime.clock.now()).catch(() => []);
      for (const { type, available, held } of figures) {
        this.set({ type, state: 'available' }, available);
        this.set({ type, state: 'held' }, held);
      }
    },
  });
  gauge('countersign_timers_due', 'Timers whose time has come and that have not fired.', async (it) => {
    it.set((await countTimers(knex, runtime.clock.now())).due);
  });
  gauge(
    'countersign_timer_lateness_seconds',
    'How late the earliest timer is; 0 where none is.',
    async (it) => {
      const now = runtime.clock.now();
      const { next } = await countTimers(knex, now);
      it.set(next === null ? 0 : Math.max(0, now - next) / 1000);
    },
  );
  gauge('countersign_incidents', 'Incidents that nobody has resolved.', async (it) => {
    it.set(await countIncidents(knex));
  });
  const { trail } = parts;
  gauge('countersign_audit_leaves', 'Rows of the audit trail that a checkpoint proves.', (it) => {
    it.set(trail.figures().leaves);
  });
  gauge(
    'countersign_audit_differing_rows',
    'Rows found since the start that are not what was recorded. Anything but 0 is an alarm.',
    (it) => {
      it.set(trail.alarm.figures().differing);
    },
  );
  gauge('countersign_audit_lag_seconds', 'How long the oldest row without a checkpoint has waited.', (it) => {
    it.set(trail.figures().lag / 1000);
  });
  gauge(
    'countersign_audit_longest_wait_seconds',
    'The longest that a row has waited for its checkpoint since the start.',
    (it) => {
      it.set(trail.figures().longestWait / 1000);
    },
  );
  const { outages } = parts;
  total(
    'countersign_database_unavailable_seconds_total',
    'Seconds in which the database could not be used.',
    () => outages.figures().seconds,
  );
  total(
    'countersign_database_failures_total',
    'What failed because the database could not be used; it is counted and not logged.',
    () => outages.figures().failures,
  );
  gauge('countersign_database_bytes', 'Size of the database.', async (it) => {
    it.set(await databaseSize(knex, parts.databaseFile));
  });
  new prom.Gauge({
    name: 'countersign_info',
    help: 'The version that runs; always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version: parts.version }, 1);

  function counter(name: string, help: string): Counter {
    return new prom.Counter({ name, help, registers });
  }

  /** A counter of something that is counted elsewhere. */
  function total(name: string, help: string, read: () => number): void {
    new prom.Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  function gauge(name: string, help: string, read: (it: Gauge) => void | Promise<void>): Gauge {
    return new prom.Gauge({
      name,
      help,
      registers,
      async collect() {
        try {
          await read(this);
        } catch {
          // The other figures matter most when the database is away; readiness tells that it is.
          this.set(NaN);
        }
      },
    });
  }

  return {
    stepped(command, outcome) {
      let outcomes = commands.get(command);
      if (!outcomes) commands.set(command, (outcomes = new Map<string, number>()));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    committed(batch) {
      observe(commitSeconds, batch.ms / 1000);
      observe(batchSize, batch.commands);
      rows.inc(batch.rows);
    },
    answered({ method, route, status, seconds }) {
      requests.observe({ method, route, status: String(status) }, seconds);
    },
    called({ model: name, outcome, inputTokens, outputTokens }) {
      const model = models.nameOf(name);
      calls.inc({ model, outcome });
      tokens.inc({ model, direction: 'input' }, inputTokens);
      tokens.inc({ model, direction: 'output' }, outputTokens);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  };
}

function observe(histogram: Histogram, value: number): void {
  histogram.observe(value);
}
