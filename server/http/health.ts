/**
 * Whether the server is well, for whoever runs it: `/health/live` (the process answers), `/health/ready` (it
 * can do work: the database takes a write), and `/metrics` for Prometheus. They need no account: an
 * orchestrator has none, and they tell nothing of what processes hold.
 */
import { Router } from 'express';
import { Unavailable } from '../runtime/errors.js';
import type { AuditTrail } from '../audit/trail.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Observation } from '../observability/observation.js';
import { RequestRefused } from './problem.js';

/** Milliseconds an answer about readiness is good for: asking often must not become load. */
const GOOD_FOR = 1_000;
/** Milliseconds that a write may take before the server counts as not ready. */
const PATIENCE = 2_000;

/** How long a row may wait for its place in the tree of the audit trail, in milliseconds, before that is told. */
const LONGEST_LAG = 30_000;

/** Whether the server can do work; the reason where it cannot, or where something beside it is not done. */
export type Readiness =
  { readonly ready: true; readonly degraded?: string } | { readonly ready: false; readonly reason: string };

/** The part of the audit trail that is looked at. */
export type TrailFigures = Pick<AuditTrail, 'figures'>;

/** The routes. */
export function healthRoutes(
  runtime: Runtime,
  trail: TrailFigures,
  observation: Observation,
  version: string,
): Router {
  const routes = Router();
  const readiness = createReadiness(runtime, trail);

  routes.get(['/health', '/health/live'], (_request, response) => {
    response.json({ status: 'up', version });
  });

  routes.get(['/ready', '/health/ready'], async (_request, response) => {
    const answer = await readiness();
    response.status(answer.ready ? 200 : 503).json(answer);
  });

  routes.get('/metrics', async (_request, response) => {
    const metrics = await observation.metrics();
    if (!metrics) {
      throw new RequestRefused({
        status: 503,
        title: 'UNAVAILABLE',
        detail: 'The figures could not be loaded; the log says why.',
      });
    }
    response.setHeader('Content-Type', metrics.contentType);
    response.send(await metrics.text());
  });

  return routes;
}

/** Asks the database, at most once in a while; everybody who asks meanwhile shares the answer. */
function createReadiness(runtime: Runtime, trail: TrailFigures): () => Promise<Readiness> {
  let asked = -Infinity;
  let answer: Promise<Readiness> = Promise.resolve({ ready: true });
  return () => {
    if (!runtime.isOpen()) return Promise.resolve({ ready: false, reason: 'The server is stopping.' });
    const now = performance.now();
    if (now - asked > GOOD_FOR) {
      asked = now;
      answer = ask(runtime, trail);
    }
    return answer;
  };
}

async function ask(runtime: Runtime, trail: TrailFigures): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ready: false, reason: `A write took longer than ${String(PATIENCE / 1000)} s.` });
    }, PATIENCE);
  });
  const written = runtime.probe().then(
    (): Readiness => readyWith(runtime, trail),
    (error: unknown): Readiness => ({ ready: false, reason: reasonOf(error) }),
  );
  try {
    return await Promise.race([written, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Instances go on where the tree does not grow: no node is better than this one, but somebody should look. */
function readyWith(runtime: Runtime, trail: TrailFigures): Readiness {
  const degraded: string[] = [];
  const { lag } = trail.figures();
  if (lag > LONGEST_LAG) {
    const seconds = Math.round(lag / 1000);
    degraded.push(
      `Rows of the audit trail have waited ${seconds} s for its tree: no node takes them. The log says why.`,
    );
  }
  const unreadable = runtime.definitions.unreadable();
  if (unreadable > 0)
    degraded.push(
      `Deployed versions that cannot be read, and are set aside: ${unreadable}. The log names them.`,
    );
  return { ready: true, ...(degraded.length > 0 && { degraded: degraded.join(' ') }) };
}

/** What the database said: our own words say only that it cannot be written. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Unavailable && error.cause instanceof Error) {
    return `${error.message}: ${error.cause.message}.`;
  }
  return error.message;
}
