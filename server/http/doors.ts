/**
 * What stands at an address, asked before its route runs: a method that nothing there takes is refused with those that
 * are taken, and so is what an operation would overlook: names in the address and a body where it takes none, files. What
 * it does take is checked by the route, with the same schema that describes it.
 */
import type { Request, RequestHandler, Response } from 'express';
import { descriptionOf } from './openapi/described.js';
import { byStart, routePattern, startOf } from './openapi/routes.js';
import type { Route } from './openapi/routes.js';
import { RequestRefused, pathOf, refuse, wrongMethod } from './problem.js';
import { readBody } from './request.js';
import { readSearch } from './search.js';

interface Door extends Route {
  readonly pattern: RegExp;
  /** How many parts of the address are values. */
  readonly places: number;
}

/** The two questions; `routes` are asked for with the first request, when all of them are there. */
export interface Doors {
  /** Whether the address takes the method; answers OPTIONS. */
  readonly takeMethod: RequestHandler;
  /** Whether the operation takes anything of the kind that the request brings; needs the body to be read. */
  readonly takeContent: RequestHandler;
  /**
   * Whether the body has the shape that the operation tells of. Asked before the route looks for anything, so that a wrong
   * body is 400 wherever it is sent, also where nothing has the key.
   */
  readonly takeBody: RequestHandler;
}

/** The doors of an application. */
export function createDoors(routes: () => readonly Route[]): Doors {
  let doors: ReadonlyMap<string, readonly Door[]> | undefined;
  // Each of the three questions is about the same doors.
  const found = new WeakMap<Request, readonly Door[]>();
  const at = (request: Request): readonly Door[] => {
    const known = found.get(request);
    if (known) return known;
    doors ??= byStart(routes().map(toDoor));
    const path = pathOf(request);
    const here = closest((doors.get(startOf(path)) ?? []).filter(({ pattern }) => pattern.test(path)));
    found.set(request, here);
    return here;
  };
  const doorOf = (request: Request): Door | undefined => {
    const asked = request.method === 'HEAD' ? 'GET' : request.method;
    return at(request).find(({ method }) => method === asked);
  };
  return {
    takeMethod(request, response, next) {
      const here = at(request);
      const allow = methodsOf(here);
      const isTaken = request.method !== 'OPTIONS' && allow.includes(request.method);
      if (here.length === 0 || isTaken) return next();
      answerOtherMethod(request, response, allow);
    },
    takeContent(request, _response, next) {
      const door = doorOf(request);
      if (door) checkContent(request, operationOf(door));
      next();
    },
    takeBody(request, _response, next) {
      const door = doorOf(request);
      const { body, search, files } = door ? descriptionOf(operationOf(door)) : {};
      if (search) readSearch(request);
      else if (body && !files) readBody(request, body);
      next();
    },
  };
}

/** Answers a method that the address does not take: OPTIONS with those that it takes, any other with 405. */
export function answerOtherMethod(request: Request, response: Response, allow: readonly string[]): void {
  if (request.method !== 'OPTIONS') throw wrongMethod(request, allow);
  response.setHeader('Allow', allow.join(', '));
  response.sendStatus(204);
}

function operationOf({ method, path }: Door): string {
  return `${method} ${path}`;
}

function toDoor(route: Route): Door {
  const places = route.path.match(/[:*]\w+/g)?.length ?? 0;
  return { ...route, pattern: routePattern(route.path), places };
}

/** An address in words is not one whose key is a word: of what matches, what has the fewest values. */
function closest(doors: readonly Door[]): readonly Door[] {
  const places = Math.min(...doors.map((door) => door.places));
  return doors.filter((door) => door.places === places);
}

function methodsOf(doors: readonly Door[]): string[] {
  const methods = doors.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set([...methods, 'OPTIONS'])];
}

function checkContent(request: Request, operation: string): void {
  const { query, body, search, files } = descriptionOf(operation);
  const parameters = namesOf(request.query);
  const properties = namesOf(request.body);
  if (!query && parameters.length > 0)
    throw refuse('INVALID_ARGUMENT', `${operation} takes no parameters: leave out ${quoted(parameters)}.`);
  // Absent is not the same: null was sent, and an operation of our own takes none.
  if (request.body === null && operation.includes(' /api/'))
    throw refuse('INVALID_ARGUMENT', 'The body is null, and must be an object.');
  if (files) return;
  if (request.is('multipart/form-data')) throw noFiles(operation);
  if (!body && !search && properties.length > 0)
    throw refuse('INVALID_ARGUMENT', `${operation} takes no body: leave out ${quoted(properties)}.`);
}

function noFiles(operation: string): RequestRefused {
  const detail = `${operation} takes no files. Send JSON with the header Content-Type: application/json.`;
  return new RequestRefused({ status: 415, title: 'INVALID_ARGUMENT', detail });
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
