/**
 * The fast lane: answers the requests that starters and workers send most without Express, whose routing costs a busy
 * server several times what the rest of such a request does (docs/performance.md has the figures). It asks the same
 * guards in the same order and runs the same actions. What is in any way unusual, such as a body that is compressed,
 * of unknown length or too long, goes the common way.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { writeJson } from '@countersign/engine';
import type { Caller } from '../access/account.js';
import type { Action, Call } from './action.js';
import { SECURITY_HEADERS, checkHost, checkOrigin } from './guards.js';
import { parseBody } from './parsed-json.js';
import { RequestRefused } from './problem.js';

/** A route of the lane: the path of a POST, with at most one named place such as `:jobKey`. */
export interface LaneRoute {
  readonly path: string;
  readonly action: Action;
}

/** What the lane asks of the house. */
export interface LaneParts {
  /** Bytes; longer bodies go the common way. */
  readonly bodyLimit: number;
  /** Who asks; throws `RequestRefused` where nobody may. */
  identify(request: IncomingMessage): Promise<Caller>;
  /** Told of each request that the lane takes. */
  observe(request: IncomingMessage, response: ServerResponse, route: string): void;
  /** Answers an error. */
  fail(error: unknown, request: IncomingMessage, response: ServerResponse): void;
}

interface Found {
  readonly route: LaneRoute;
  readonly params: Readonly<Record<string, string>>;
}

const JSON_TYPES = new Set(['application/json', 'application/json; charset=utf-8']);
const ANSWER_HEADERS = { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' };

/** A listener that takes what is for `routes` and gives everything else to `commonWay`. */
export function fastLane(
  routes: readonly LaneRoute[],
  parts: LaneParts,
  commonWay: RequestListener,
): RequestListener {
  const find = createFinder(routes);
  return (request, response) => {
    const found = request.method === 'POST' ? find(request.url ?? '') : undefined;
    if (!found || !isPlain(request, parts.bodyLimit)) return commonWay(request, response);
    parts.observe(request, response, found.route.path);
    answer(found, parts, request, response).catch((error: unknown) => {
      if (!response.headersSent) {
        for (const [name, value] of Object.entries(ANSWER_HEADERS)) response.setHeader(name, value);
      }
      parts.fail(error, request, response);
    });
  };
}

/** Whether it brings plain JSON of a length that is told and allowed. */
function isPlain({ headers }: IncomingMessage, bodyLimit: number): boolean {
  const length = Number(headers['content-length']);
  return (
    JSON_TYPES.has(headers['content-type']?.toLowerCase() ?? '') &&
    headers['content-encoding'] === undefined &&
    length > 0 &&
    length <= bodyLimit
  );
}

async function answer(
  { route, params }: Found,
  parts: LaneParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  checkHost(request);
  checkOrigin(request);
  const caller = await parts.identify(request);
  const body = parseBody(withoutMark(await readText(request)));
  const onClose: Call['onClose'] = (leave) =>
    void response.once('close', () => leave(response.writableFinished));
  const result = await route.action({ body, params, caller, onClose });
  if (result === null) {
    response.writeHead(204, ANSWER_HEADERS).end();
    return;
  }
  const text = writeJson(result);
  response.writeHead(200, {
    ...ANSWER_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      resolve(bytes.toString('utf8'));
    });
    request.on('error', () => {
      const detail = 'The request ended before its body did.';
      reject(new RequestRefused({ status: 400, title: 'INVALID_ARGUMENT', detail }));
    });
  });
}

const BYTE_ORDER_MARK = '\ufeff';

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Finds the route of a path. A query, or anything else that is not in the pattern, finds none. */
function createFinder(routes: readonly LaneRoute[]): (path: string) => Found | undefined {
  const fixed = new Map<string, Found>();
  const named: { before: string; name: string; after: string; route: LaneRoute }[] = [];
  for (const route of routes) {
    const [, before, name, after] = /^(.*\/):(\w+)(.*)$/.exec(route.path) ?? [];
    if (name === undefined) fixed.set(route.path, { route, params: {} });
    else named.push({ before, name, after, route });
  }
  return (path) => {
    const found = fixed.get(path);
    if (found) return found;
    for (const { before, name, after, route } of named) {
      if (!path.startsWith(before) || !path.endsWith(after)) continue;
      const value = path.slice(before.length, path.length - after.length);
      if (/^\w+$/.test(value)) return { route, params: { [name]: value } };
    }
    return undefined;
  };
}
