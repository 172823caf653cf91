/**
 * Finds out who a request comes from, before any route runs.
 * A browser must have a session where there are accounts; a client of this machine may say nothing.
 */
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Access } from '../access/access.js';
import { ANONYMOUS } from '../access/account.js';
import type { Caller } from '../access/account.js';
import type { Authentication } from '../settings/settings.js';
import type { RefusalRecords } from '../audit/refusals.js';
import { RequestRefused, notLookedAt } from './problem.js';

/** The name of the session cookie. */
export const SESSION_COOKIE = 'countersign_session';

/** Where it is recorded whose credentials were refused. */
export type SignInRefusals = Pick<RefusalRecords, 'signIn'>;

const callers = new WeakMap<IncomingMessage, Caller>();
const tried = new WeakMap<IncomingMessage, string>();

/** Remembers each request's caller, where it has one; refuses credentials that are wrong. */
export function identify(
  access: Access,
  authentication: Authentication,
  refusals: SignInRefusals,
): RequestHandler {
  return async (request, response, next) => {
    const caller = await findCaller(request, access, authentication, refusals);
    if (caller) callers.set(request, caller);
    response.setHeader('Cache-Control', 'no-store');
    next();
  };
}

/** The caller of a request; refused with 401 where nobody is signed in. */
export function callerOf(request: Request): Caller {
  return signedIn(callers.get(request) ?? null);
}

/** The caller where there is one; refused with 401 where nobody is signed in. */
export function signedIn(caller: Caller | null): Caller {
  if (caller) return caller;
  throw new RequestRefused({ status: 401, title: 'UNAUTHENTICATED', detail: 'Sign in first.' });
}

/** Remembers who sent a request that does not come through `identify`. */
export function rememberCaller(request: IncomingMessage, caller: Caller): void {
  callers.set(request, caller);
}

/** The caller of a request, or null. */
export function maybeCaller(request: IncomingMessage): Caller | null {
  return callers.get(request) ?? null;
}

/** Refuses requests that nobody is signed in for. */
export const requireCaller: RequestHandler = (request, _response, next) => {
  callerOf(request);
  next();
};

/** The name in credentials that were refused; null where there were none. */
export function triedName(request: IncomingMessage): string | null {
  return tried.get(request) ?? null;
}

/** The token of the session cookie, if the request has one. */
export function sessionToken(request: IncomingMessage): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return null;
}

/** Who a request comes from; null where nobody is signed in. Refuses credentials that are wrong. */
export async function findCaller(
  request: IncomingMessage,
  access: Access,
  authentication: Authentication,
  refusals: SignInRefusals,
): Promise<Caller | null> {
  const header = request.headers.authorization;
  if (header !== undefined)
    return authentication === 'none' ? ANONYMOUS : byHeader(header, request, access, refusals);
  const token = sessionToken(request);
  if (token !== null && authentication !== 'none') {
    const caller = await access.bySession(token);
    if (caller) return caller;
  }
  if (authentication === 'none') return ANONYMOUS;
  return isBrowser(request) ? null : ANONYMOUS;
}

async function byHeader(
  header: string,
  request: IncomingMessage,
  access: Access,
  refusals: SignInRefusals,
): Promise<Caller> {
  const [scheme, encoded] = header.split(' ', 2);
  if (scheme.toLowerCase() === 'basic' && encoded) {
    const [username, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const address = request.socket.remoteAddress ?? '';
    const found = await access.byPassword(username, rest.join(':'), address);
    if (found.ok) return found.caller;
    tried.set(request, username);
    if (!found.isCrowd) refusals.signIn(username, address);
    if (found.retryAfter > 0) throw notLookedAt(found);
  }
  throw new RequestRefused({
    status: 401,
    title: 'UNAUTHENTICATED',
    detail: 'The credentials are wrong. Send Basic credentials of an account, or none from this machine.',
  });
}

/** Whether a page of some website sent the request: every browser says so, clients do not. */
function isBrowser(request: IncomingMessage): boolean {
  return request.headers['sec-fetch-site'] !== undefined || request.headers['x-countersign'] === 'web';
}
