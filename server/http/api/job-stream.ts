/**
 * `POST /api/jobs/stream`: a worker opens one answer that does not end, and jobs are written into it as they appear.
 *
 * The answer is NDJSON: a line is a job as `POST /v2/jobs/activation` gives it, an empty line says that the server is
 * still there. `docs/decisions/0030-job-streams.md` has the reasons.
 *
 * A job counts as delivered when the network has had its line for a while. What was not delivered when the worker
 * hung up can be taken by others at once.
 */
import { Router } from 'express';
import type { Response } from 'express';
import { z } from 'zod';
import { writeJson } from '@countersign/engine';
import type { ActivatedJob, Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { positiveDurationField } from '../number-fields.js';
import { readBody } from '../request.js';
import { toJob } from '../v2/jobs.js';

/** Milliseconds in which a network tells that what it took could not be delivered. */
const IN_DOUBT = 2_000;

const opening = z.strictObject({
  type: z.string().min(1),
  worker: z.string().max(256).nullish(),
  timeout: positiveDurationField,
  capacity: z.int().min(1).max(10_000),
  fetchVariable: z.array(z.string()).nullish(),
  heartbeat: z.int().min(1_000).max(60_000).default(15_000),
});

describeOperation('POST /api/jobs/stream', { body: opening });

/** Jobs in one piece of the answer. */
interface Sent {
  readonly jobs: readonly ActivatedJob[];
  /** When the network took it; null while it waits here. */
  at: number | null;
}

/** The route, and how to end all streams when the server stops. */
export function jobStreamRoutes(runtime: Runtime): { routes: Router; close(): void } {
  const open = new Set<() => void>();
  const routes = Router();

  routes.post('/jobs/stream', (request, response) => {
    const { type, worker, timeout, capacity, fetchVariable, heartbeat } = readBody(request, opening);
    let sent: Sent[] = [];
    const giveBack = (isLost: (piece: Sent) => boolean): void => {
      const jobs = sent.filter(isLost).flatMap((piece) => piece.jobs);
      sent = [];
      if (jobs.length > 0) void runtime.giveBackJobs(jobs);
    };
    beginLines(response);
    const stream = runtime.streamJobs({
      type,
      worker: worker ?? '',
      actor: callerOf(request).actor,
      timeoutMs: timeout,
      capacity,
      fetchVariables: fetchVariable ?? undefined,
      isReady: () => response.writable && !response.writableNeedDrain,
      push(jobs) {
        const piece: Sent = { jobs, at: null };
        sent = [...sent.filter(({ at }) => at === null || isInDoubt(at)), piece];
        const lines = jobs.map((job) => `${writeJson(toJob(job))}\n`).join('');
        response.write(lines, (error) => {
          if (!error) piece.at = performance.now();
        });
      },
    });
    response.on('drain', stream.resume);
    const beating = setInterval(() => {
      if (!response.writableNeedDrain) response.write('\n');
    }, heartbeat);
    const end = (): void => {
      clearInterval(beating);
      stream.end();
      open.delete(stop);
    };
    const stop = (): void => {
      end();
      if (!response.writableNeedDrain) {
        response.end();
        return;
      }
      // From a worker that does not read, what waits here is taken back.
      giveBack(({ at }) => at === null);
      response.destroy();
    };
    open.add(stop);
    response.on('close', () => {
      end();
      giveBack(({ at }) => at === null || (!response.writableFinished && isInDoubt(at)));
    });
  });

  return {
    routes,
    close() {
      for (const stop of open) stop();
    },
  };
}

function beginLines(response: Response): void {
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.write('\n');
}

function isInDoubt(at: number): boolean {
  return performance.now() - at < IN_DOUBT;
}
