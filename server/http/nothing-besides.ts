/**
 * Refuses what an operation of `/api` does not take at all: parameters in the address where it has none, a body where it
 * needs none. What it does take is checked by the route, with the same schema that describes it.
 */
import type { Express, RequestHandler } from 'express';
import { descriptionOf } from './openapi/described.js';
import { routePattern, routesOf } from './openapi/routes.js';
import { pathOf, refuse } from './problem.js';

interface Taker {
  readonly method: string;
  readonly name: string;
  readonly pattern: RegExp;
}

/** The guard; the routes are read at the first request, when `app` has all of them. */
export function nothingBesides(app: Express): RequestHandler {
  let takers: readonly Taker[] | undefined;
  return (request, _response, next) => {
    takers ??= routesOf(app).map(({ method, path }) => ({
      method,
      name: `${method} ${path}`,
      pattern: routePattern(path),
    }));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const path = pathOf(request);
    // The first route that takes an address is the one that answers.
    const taker = takers.find((one) => one.method === method && one.pattern.test(path));
    if (taker) refuseBesides(taker.name, namesOf(request.query), namesOf(request.body));
    next();
  };
}

function refuseBesides(
  operation: string,
  parameters: readonly string[],
  properties: readonly string[],
): void {
  const { query, body, search, files } = descriptionOf(operation);
  if (!query && parameters.length > 0)
    throw refuse('INVALID_ARGUMENT', `${operation} takes no parameters: leave out ${quoted(parameters)}.`);
  if (!body && !search && !files && properties.length > 0)
    throw refuse('INVALID_ARGUMENT', `${operation} takes no body: leave out ${quoted(properties)}.`);
}

/** The names of an object; of a text, a number or a list that stands there instead, what it is. */
function namesOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return ['the list'];
  return typeof value === 'object' ? Object.keys(value) : [typeof value];
}

function quoted(names: readonly string[]): string {
  return names
    .slice(0, 20)
    .map((name) => `"${name.slice(0, 100)}"`)
    .join(', ');
}
