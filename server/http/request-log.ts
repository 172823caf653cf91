/**
 * What is noted of each request when it is answered, or when its caller has gone: a measurement, and at
 * level debug a line of log. Both say what was asked and how it went, never what it held.
 */
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Observation } from '../observability/observation.js';

/** Measures and logs requests. */
export function observeRequests(log: Logger, observation: Pick<Observation, 'answered'>): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const { method } = request;
      const ms = performance.now() - start;
      const status = response.statusCode;
      observation.answered({
        method: knownMethod(method),
        route: routeOf(request),
        status,
        seconds: ms / 1000,
      });
      if (!log.isLevelEnabled('debug')) return;
      log.debug({
        method,
        // The query can hold what somebody searched for.
        path: request.originalUrl.split('?')[0],
        status,
        ms: Math.round(ms),
        answered: response.writableFinished,
      });
    });
    next();
  };
}

/** The pattern of the route that took the request: addresses have no end, patterns do. */
function routeOf(request: Request): string {
  const { route } = request as { route?: { path: unknown } };
  const path: unknown = Array.isArray(route?.path) ? route.path[0] : route?.path;
  // A pattern that is no text is the web app's, which answers every address of its pages.
  if (typeof path !== 'string') return route ? 'page' : 'none';
  const area = /^\/(?:v2|api)(?=\/)/.exec(request.originalUrl)?.[0] ?? '';
  return `${area}${path}`;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A caller may send any word as a method. */
function knownMethod(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
