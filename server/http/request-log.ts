/**
 * What is noted of each request when it is answered, or when its caller has gone: a measurement, and at
 * level debug a line of log. Both say what was asked and how it went, never what it held.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Observation } from '../observability/observation.js';

const routes = new WeakMap<object, Route>();

/** A pattern, or how it is told once the request is answered; undefined where nothing took it. */
type Route = string | (() => string | undefined);

/** The pattern of the route that took a request; undefined where none did, and while nothing noted it. */
export function routeTaken(request: object): string | undefined {
  const route = routes.get(request);
  return typeof route === 'function' ? route() : route;
}

/** Names the pattern of a request that is refused before its route runs. */
export function nameRoute(request: object, route: string): void {
  routes.set(request, route);
}

/** Measures and logs requests. */
export function observeRequests(log: Logger, observation: Pick<Observation, 'answered'>): RequestHandler {
  const note = noteRequest(log, observation);
  return (request, response, next) => {
    note(request, response, () => routeOf(request));
    next();
  };
}

/** Notes one request that has just come; `route` names the pattern of what took it, when it is answered. */
export function noteRequest(
  log: Logger,
  observation: Pick<Observation, 'answered'>,
): (request: IncomingMessage, response: ServerResponse, route: Route) => void {
  return (request, response, taken) => {
    const start = performance.now();
    routes.set(request, taken);
    // What is written to a caller who has gone, or behind the end of an answer, is written to nobody.
    response.on('error', (err) => log.debug({ err }, 'an answer could not be written'));
    response.once('close', () => {
      const method = knownMethod(request.method ?? '');
      const ms = performance.now() - start;
      const status = response.statusCode;
      const route = routeTaken(request) ?? 'none';
      observation.answered({ method, route, status, seconds: ms / 1000 });
      if (!log.isLevelEnabled('debug')) return;
      const answered = response.writableFinished;
      // Addresses hold keys and names, patterns do not.
      log.debug({ method, route, status, ms: Math.round(ms), answered });
    });
  };
}

/** The pattern of the route that took the request: addresses have no end, patterns do. */
function routeOf(request: Request): string | undefined {
  const { route } = request as { route?: { path: unknown } };
  const path: unknown = Array.isArray(route?.path) ? route.path[0] : route?.path;
  // A pattern that is no text is the web app's, which answers every address of its pages.
  if (typeof path !== 'string') return route ? 'page' : undefined;
  const area = /^\/(?:v2|api)(?=\/)/.exec(request.originalUrl)?.[0] ?? '';
  return `${area}${path}`;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A caller may send any word as a method. */
function knownMethod(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
