/** The end of every request that failed: errors become problems, defects become an id to look up. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { Defect, Unavailable } from '../runtime/errors.js';
import { isDatabaseAway } from '../store/failure.js';
import { RequestRefused, pathOf, sendProblem } from './problem.js';
import type { Problem } from './problem.js';

/** Answers what no route took. */
export const unknownRoute: RequestHandler = (request) => {
  throw new RequestRefused({
    status: 404,
    title: 'NOT_FOUND',
    detail: `There is nothing at ${request.method} ${request.path}.`,
  });
};

/** Answers errors; logs those that are not the caller's. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  const answer = answerError(log);
  // Express tells an error route by its four parameters.
  return (error: unknown, request, response, _next) => answer(error, request, response);
}

/** Answers one error; logs it where it is not the caller's. */
export function answerError(
  log: Logger,
): (error: unknown, request: IncomingMessage, response: ServerResponse) => void {
  return (error, request, response) => {
    const problem = toProblem(error);
    if (problem) {
      sendProblem(response, problem);
      return;
    }
    if (response.destroyed) {
      // A caller that hung up in the middle of an answer is no failure of ours; an answer that we broke off is.
      const of = { err: error, method: request.method, path: pathOf(request) };
      if (isHangUp(error)) log.debug(of, 'the caller went away');
      else log.error(of, 'an answer broke off by a defect');
      return;
    }
    const id = error instanceof Defect ? error.id : randomUUID();
    log.error(
      { err: error, id, method: request.method, path: pathOf(request) },
      'request failed by a defect',
    );
    sendProblem(response, {
      status: 500,
      title: 'INTERNAL_ERROR',
      detail: `Something is wrong in the server, and what was asked for was not done. The log has it under ${id}.`,
      extensions: { id },
    });
  };
}

/** What a stream says whose other end is gone. */
const HANG_UPS: ReadonlySet<unknown> = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ABORT_ERR',
]);

function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && HANG_UPS.has(error.code);
}

function toProblem(error: unknown): Problem | null {
  if (error instanceof RequestRefused) return error.problem;
  if (error instanceof Unavailable) {
    const retryAfter = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return { status: 503, title: 'RESOURCE_EXHAUSTED', detail: error.message, retryAfter };
  }
  if (isDatabaseAway(error)) {
    const detail = 'The database cannot be reached now. Nothing was lost: ask again.';
    return { status: 503, title: 'RESOURCE_EXHAUSTED', detail, retryAfter: 1 };
  }
  if (!isBodyError(error)) return null;
  switch (error.type) {
    case 'entity.too.large':
      return {
        status: 413,
        title: 'INVALID_ARGUMENT',
        detail: `The body is larger than ${megabytes(error.limit)}. Send less, or raise COUNTERSIGN_UPLOAD_LIMIT_MB.`,
      };
    case 'request.aborted':
      return { status: 400, title: 'INVALID_ARGUMENT', detail: 'The request ended before its body did.' };
    default:
      return {
        status: error.status,
        title: 'INVALID_ARGUMENT',
        detail: `The body cannot be read: ${error.message}.`,
      };
  }
}

/** What the body parser throws. */
interface BodyError extends Error {
  readonly type: string;
  readonly status: number;
  readonly limit?: number;
}

function isBodyError(error: unknown): error is BodyError {
  return (
    error instanceof Error &&
    'type' in error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status < 500
  );
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'allowed' : `${String(Math.round(bytes / 1024 / 1024))} MB`;
}
