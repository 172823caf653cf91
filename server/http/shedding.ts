/**
 * Reads and evaluations that come faster than they can be answered are told to come back (503), as commands are. Two things
 * are looked at: how many are being answered, and how long the present turn of the event loop has lasted, which
 * all others wait for. So a flood costs those who send it, and everybody else a fraction of a second. Searches,
 * evaluations and plain reads are counted apart: whoever floods the server with one of them keeps nobody from another.
 *
 * It stands before everything else, Express too: others wait in line behind a flood until each of it has got its 503.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from './guards.js';
import { pathOf, sendProblem } from './problem.js';
import type { Problem } from './problem.js';

/** How many may be under way at once, by what they ask for. */
const MOST_AT_ONCE = { evaluation: 32, search: 64, read: 64 } as const;

type Kind = keyof typeof MOST_AT_ONCE;

/**
 * When a turn has been too long: so many of a kind were taken in it, which has lasted so many milliseconds. A turn of a
 * few is never cut short unless they are very slow: the machine may have been busy with something else.
 */
const TOO_LONG: readonly { readonly taken: number; readonly ms: number }[] = [
  { taken: 16, ms: 50 },
  { taken: 4, ms: 300 },
];

/** Reads that last: they wait for news, and do nothing meanwhile. */
const LASTING = /^\/api\/live\/?$/i;

// Any spelling that Express takes for a route.
const READING = /^\/(?:v2|api)\//i;

/** What is asked by POST and changes nothing. */
const EVALUATING = /\/(?:evaluation|dry-run)\/?$/i;
const SEARCHING = /\/(?:search|statistics(?:\/[\w-]+)*)\/?$/i;

/** What those who are sent away are told. */
const BUSY: Problem = {
  status: 503,
  title: 'RESOURCE_EXHAUSTED',
  detail: 'More is asked than can be answered at once. Nothing was done; ask again in a moment.',
  retryAfter: 1,
};

/**
 * A listener that sends reads away before anything is done about them, and gives `listener` the rest. `note` is told of
 * those that are sent away; `now` in milliseconds.
 */
export function shedReads(
  listener: RequestListener,
  note: (request: IncomingMessage, response: ServerResponse) => void = () => undefined,
  now: () => number = () => performance.now(),
): RequestListener {
  const underWay: Record<Kind, number> = { evaluation: 0, search: 0, read: 0 };
  let turn: { readonly since: number; readonly taken: Record<Kind, number> } | undefined;
  const isLate = (kind: Kind): boolean => {
    if (!turn) {
      turn = { since: now(), taken: { evaluation: 0, search: 0, read: 0 } };
      setImmediate(() => (turn = undefined));
    }
    const { taken, since } = turn;
    const lasted = now() - since;
    if (TOO_LONG.some((limit) => taken[kind] >= limit.taken && lasted > limit.ms)) return true;
    taken[kind] += 1;
    return false;
  };
  return (request, response) => {
    const kind = kindOf(request.method, pathOf(request));
    if (kind) {
      if (underWay[kind] >= MOST_AT_ONCE[kind] || isLate(kind)) {
        note(request, response);
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
        return sendProblem(response, BUSY);
      }
      underWay[kind] += 1;
      response.once('close', () => (underWay[kind] -= 1));
    }
    listener(request, response);
  };
}

function kindOf(method: string | undefined, path: string): Kind | undefined {
  if (method === 'GET') return READING.test(path) && !LASTING.test(path) ? 'read' : undefined;
  if (method !== 'POST') return undefined;
  if (EVALUATING.test(path)) return 'evaluation';
  return SEARCHING.test(path) ? 'search' : undefined;
}
