/** One line of log for each request at level debug: what was asked and how it went, never what it held. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pathOf } from './problem.js';

/** Logs requests when they are answered, or when the caller has gone. */
export function logRequests(log: Logger): RequestHandler {
  const note = noteRequest(log);
  return (request, response, next) => {
    note(request, response);
    next();
  };
}

/** Notes one request that has just come. */
export function noteRequest(log: Logger): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (!log.isLevelEnabled('debug')) return;
    const start = performance.now();
    response.once('close', () => {
      log.debug({
        method: request.method,
        path: pathOf(request),
        status: response.statusCode,
        ms: Math.round(performance.now() - start),
        answered: response.writableFinished,
      });
    });
  };
}
