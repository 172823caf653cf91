/** The built-in workers of a server: which of them run, and how they end. */
import { readSecrets } from '../agents/secrets.js';
import { tracedProvider, tracedWorker } from '../observability/traced-work.js';
import type { Tracing } from '../observability/tracing.js';
import type { Runtime } from '../runtime/runtime.js';
import { chooses } from '../settings/settings.js';
import type { Settings } from '../settings/settings.js';
import { agentWorker } from './agent/worker.js';
import type { BuiltInWorker, RunningWorker } from './job-loop.js';
import { startWorker } from './job-loop.js';

/** What built-in workers need. */
export interface WorkersOptions {
  readonly runtime: Runtime;
  readonly settings: Pick<Settings, 'workers' | 'allowSimulated' | 'model' | 'modelPrices'>;
  /** Where secrets are kept: the environment of the server. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where their work and the calls of models are traced; null or absent: nowhere. */
  readonly tracing?: Tracing | null;
  readonly onError: (error: unknown, what: string) => void;
}

/** Starts the workers that the settings choose (COUNTERSIGN_WORKERS). Stop them before the runtime. */
export function startWorkers({
  runtime,
  settings,
  environment,
  tracing,
  onError,
}: WorkersOptions): RunningWorker {
  const all: readonly BuiltInWorker[] = [
    agentWorker({
      runtime,
      secrets: readSecrets(environment),
      prices: settings.modelPrices,
      model: settings.model,
      allowSimulated: settings.allowSimulated,
      wrapProvider: tracing ? (provider) => tracedProvider(provider, tracing) : undefined,
    }),
  ];
  const running = all
    .filter(({ name }) => chooses(settings.workers, name))
    .map((worker) => startWorker(runtime, tracing ? tracedWorker(worker, tracing) : worker, { onError }));
  return {
    async stop() {
      await Promise.all(running.map((worker) => worker.stop()));
    },
  };
}
