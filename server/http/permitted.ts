/** Asks, before any route runs, whether the caller may do what a request is for. Reading by GET is not asked here. */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Caller } from '../access/account.js';
import { RULES, refusesAct } from '../access/permissions.js';
import type { Act } from '../access/permissions.js';
import { callerOf } from './caller.js';
import { describedOperations } from './openapi/described.js';
import { routePattern } from './openapi/routes.js';
import { pathOf, refuse } from './problem.js';
import { nameRoute } from './request-log.js';

interface Pattern {
  readonly method: string;
  readonly route: string;
  readonly matches: RegExp;
  readonly act: Act;
}

function patternOf(operation: string, act: Act): Pattern {
  const [method, route] = operation.split(' ');
  return { method, route, matches: routePattern(route), act };
}

const PATTERNS: readonly Pattern[] = (Object.keys(RULES) as Act[]).flatMap((act) =>
  RULES[act].operations.map((operation) => patternOf(operation, act)),
);

const SEARCH = /\/search\/?$/i;

/** Searches by the routes that tell of themselves, which they have done when the first request comes. */
let searches: readonly Pattern[] | undefined;

function searchRoute(path: string): string | null {
  searches ??= describedOperations()
    .filter((operation) => SEARCH.test(operation))
    .map((operation) => patternOf(operation, 'look'));
  return searches.find(({ matches }) => matches.test(path))?.route ?? null;
}

/** The act of an operation, and the pattern of its route, null where there is no such search; undefined where nobody has said. */
export function actOf(
  method: string,
  path: string,
): { readonly act: Act; readonly route: string | null } | undefined {
  if (method === 'POST' && SEARCH.test(path)) return { act: 'look', route: searchRoute(path) };
  return PATTERNS.find((pattern) => pattern.method === method && pattern.matches.test(path));
}

/** Refuses a change that the caller's roles do not include, and any of which nobody has said who may make it. */
export function checkPermission(request: IncomingMessage, caller: Caller): void {
  const method = request.method ?? '';
  if (caller.admin || method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
  const path = pathOf(request);
  const found = actOf(method, path);
  const refusal = found
    ? refusesAct(caller, found.act)
    : `Only administrators can send ${method} ${path}, if there is such an address.`;
  if (refusal === null) return;
  // Addresses have no end, patterns do: what has none is not named.
  if (found && found.route !== null) nameRoute(request, found.route);
  throw refuse('FORBIDDEN', refusal);
}

/** The same for every request that comes through Express. */
export const requirePermission: RequestHandler = (request, _response, next) => {
  checkPermission(request, callerOf(request));
  next();
};
