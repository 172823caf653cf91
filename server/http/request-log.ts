/** One line of log for each request at level debug: what was asked and how it went, never what it held. */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Logs requests when they are answered, or when the caller has gone. */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    if (log.isLevelEnabled('debug')) {
      const start = performance.now();
      response.once('close', () => {
        log.debug({
          method: request.method,
          // The query can hold what somebody searched for.
          path: request.originalUrl.split('?')[0],
          status: response.statusCode,
          ms: Math.round(performance.now() - start),
          answered: response.writableFinished,
        });
      });
    }
    next();
  };
}
