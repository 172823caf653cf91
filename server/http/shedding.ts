/**
 * Reads and evaluations that come faster than they can be answered are told to come back (503), as commands are. Two things
 * are looked at: how many are being answered, and how long the present turn of the event loop has lasted, which
 * all others wait for. So a flood costs those who send it, and everybody else a fraction of a second.
 */
import type { Request, RequestHandler } from 'express';
import { RequestRefused } from './problem.js';

/** Reads that may be under way at once. */
const MOST_AT_ONCE = 64;

/**
 * When a turn has been too long: so many reads were answered in it, which took so many milliseconds. A turn of a few reads
 * is never cut short unless they are very slow: the machine may have been busy with something else.
 */
const TOO_LONG: readonly { readonly reads: number; readonly ms: number }[] = [
  { reads: 16, ms: 75 },
  { reads: 4, ms: 300 },
];

/** Reads that last: they wait for news, and do nothing meanwhile. */
const LASTING = /^\/api\/live$/;

/** What is asked by POST and changes nothing. */
const ASKING = /\/(?:search|evaluation|expression\/evaluation|statistics(?:\/[\w-]+)*|dry-run)$/;

/** Sheds reads; `now` in milliseconds. */
export function shedReads(now: () => number = () => performance.now()): RequestHandler {
  let underWay = 0;
  let turn: { readonly since: number; reads: number } | undefined;
  const isLate = (): boolean => {
    if (!turn) {
      turn = { since: now(), reads: 0 };
      setImmediate(() => (turn = undefined));
    }
    const { reads, since } = turn;
    turn.reads += 1;
    return TOO_LONG.some((limit) => reads >= limit.reads && now() - since > limit.ms);
  };
  return (request, response, next) => {
    if (!isRead(request)) return next();
    if (isLate() || underWay >= MOST_AT_ONCE) throw busy();
    underWay += 1;
    response.once('close', () => (underWay -= 1));
    next();
  };
}

function isRead({ method, path }: Request): boolean {
  if (LASTING.test(path)) return false;
  return method === 'GET' ? /^\/(?:v2|api)\//.test(path) : method === 'POST' && ASKING.test(path);
}

function busy(): RequestRefused {
  return new RequestRefused({
    status: 503,
    title: 'RESOURCE_EXHAUSTED',
    detail: 'More is asked than can be answered at once. Nothing was done; ask again in a moment.',
    retryAfter: 1,
  });
}
