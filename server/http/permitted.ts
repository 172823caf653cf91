/**
 * Asks, before any route runs, whether the caller may do what a request is for. What the caller may not see is answered
 * as if it were not there; what it sees and may not do is refused with the permission that is missing.
 */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { parseKey } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Caller } from '../access/account.js';
import { decide, visible } from '../access/grants/rights.js';
import { OPERATIONS } from '../access/operations.js';
import type { Need, Needs, Place } from '../access/operations.js';
import { askGrants, askResource, maySee, missingNeed } from '../access/permissions.js';
import { resourceOf } from '../store/queries/resource-of.js';
import { callerOf } from './caller.js';
import { byStart, routePattern, startOf } from './openapi/routes.js';
import { pathOf, refuse } from './problem.js';
import { nameRoute } from './request-log.js';

interface Pattern {
  readonly method: string;
  readonly path: string;
  readonly matches: RegExp;
  /** The named places, in the order of the groups. */
  readonly names: readonly string[];
  readonly needs: Needs;
}

/** An operation that a request is for, with what stands at the named places of its path. */
export interface Asked {
  readonly route: string;
  readonly needs: Needs;
  readonly params: ReadonlyMap<string, string>;
}

/** What a key of each place is called where there is nothing. */
const NOUNS: Readonly<Record<Place, string>> = {
  processInstanceKey: 'process instance',
  processDefinitionKey: 'process definition',
  elementInstanceKey: 'element instance',
  adHocSubProcessInstanceKey: 'element instance',
  incidentKey: 'incident',
  jobKey: 'job',
  variableKey: 'variable',
  userTaskKey: 'user task',
  decisionDefinitionKey: 'decision definition',
  decisionRequirementsKey: 'decision requirements',
  decisionEvaluationInstanceKey: 'decision instance',
  resourceKey: 'resource',
};

const PATTERNS = byStart(
  Object.entries(OPERATIONS).map(([operation, needs]): Pattern => {
    const [method, path] = operation.split(' ');
    const names = [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => name);
    return { method, path, matches: routePattern(path), names, needs };
  }),
);

/** The operation that a request is for; undefined where there is none. */
export function operationOf(method: string, path: string): Asked | undefined {
  for (const pattern of PATTERNS.get(startOf(path)) ?? []) {
    const { path: route, matches, names, needs } = pattern;
    const found = pattern.method === method ? matches.exec(path) : null;
    if (found) return { route, needs, params: new Map(names.map((name, index) => [name, found[index + 1]])) };
  }
  return undefined;
}

/** Refuses what the caller's grants do not include. */
export async function checkPermission(knex: Knex, request: IncomingMessage, caller: Caller): Promise<void> {
  if (caller.rights.everything) return;
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const asked = operationOf(method, pathOf(request));
  // Every route is an operation, which the start makes sure of: what is none has no route.
  if (!asked) return;
  const answer = askGrants(caller.rights, asked.needs);
  if (answer.kind === 'yes') return;
  // Addresses have no end, patterns do: what has none is not named.
  nameRoute(request, asked.route);
  if (answer.kind === 'no') throw refuse('FORBIDDEN', missingNeed(asked.needs[0]));
  await checkResource(knex, caller, asked, answer.place);
}

/** The same once it is known where the path leads. A key that is none is left to the route, which says so. */
async function checkResource(knex: Knex, { rights }: Caller, asked: Asked, place: Place): Promise<void> {
  const text = decoded(asked.params.get(place) ?? '');
  const key = parseKey(place === 'decisionEvaluationInstanceKey' ? text.split('-')[0] : text);
  if (key === null) return;
  const found = await resourceOf(knex, place, key);
  if (found && askResource(rights, asked.needs, found)) return;
  // In the same words where there is nothing and where there is something that may not be seen.
  if (!found || !maySee(rights, found)) throw refuse('NOT_FOUND', `There is no ${NOUNS[place]} ${text}.`);
  const [first] = asked.needs;
  throw refuse('FORBIDDEN', missingNeed(first, found[first.type]?.id));
}

/** What the body of a request names: a resource by its id or by a key. */
export interface Named {
  readonly id?: string | undefined;
  readonly key?: Key | undefined;
}

/**
 * Refuses what may not be done to the resource that a body names, in the same words whether it is there or not: only
 * what was granted tells.
 */
export async function requireNamed(
  knex: Knex,
  { rights }: Caller,
  need: Need & { readonly which: Place },
  { id, key }: Named,
): Promise<void> {
  const { type, permission, which } = need;
  if (visible(rights, permission, type).all) return;
  const named = id ?? (key === undefined ? undefined : (await resourceOf(knex, which, key))?.[type]?.id);
  if (named !== undefined && decide(rights, permission, { type, id: named })) return;
  throw refuse('FORBIDDEN', missingNeed(need, id));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** What everybody may ask, signed in or not: who they are, and what the API is. */
const OPEN = /^\/api\/(?:session|openapi\.json|docs(?:\/.*)?)$/;

/** Where callers are asked who they are; the doors for whoever runs the server are not there. */
const AREA = /^\/(?:v2|api)\//;

/** Throws for a route of which nobody has said what it needs, so that no such server starts. */
export function requireDecisions(
  routes: readonly { readonly method: string; readonly path: string }[],
): void {
  const undecided = routes.filter(
    ({ method, path }) =>
      AREA.test(path) && !OPEN.test(path) && OPERATIONS[`${method} ${path}`] === undefined,
  );
  if (undecided.length === 0) return;
  const names = undecided.map(({ method, path }) => `${method} ${path}`).join(', ');
  throw new Error(`server/access/operations.ts does not say what these need: ${names}`);
}

/** The same for every request that comes through Express. */
export function requirePermission(knex: Knex): RequestHandler {
  return async (request, _response, next) => {
    await checkPermission(knex, request, callerOf(request));
    next();
  };
}
