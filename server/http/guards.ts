/**
 * Guards that every request passes: against pages of other sites that reach for a server on this
 * machine (DNS rebinding, cross-site requests), and the headers that keep our own pages safe.
 */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { isLoopback } from '../settings/loopback.js';
import { sessionToken } from './caller.js';
import { RequestRefused } from './problem.js';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The security headers of every answer. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Sets the security headers of every answer. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  next();
};

/** Refuses requests that name another host: a foreign name that was made to point at this machine. */
export function checkHost({ headers }: IncomingMessage): void {
  if (isLoopback(hostName(headers.host ?? ''))) return;
  throw new RequestRefused({
    status: 421,
    title: 'MISDIRECTED_REQUEST',
    detail: 'This server answers to localhost only. Open http://localhost with its port.',
  });
}

/** `checkHost` for every request. */
export const sameHost: RequestHandler = (request, _response, next) => {
  checkHost(request);
  next();
};

/**
 * Refuses changes sent by pages of other sites. Our own header settles it: a browser lets another site's
 * page send it only with a permission (CORS) that this server never gives.
 */
export function checkOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (reads || request.headers['x-countersign'] !== undefined) return;
  const site = request.headers['sec-fetch-site'];
  // A browser says where a request comes from also where it leaves out the origin; `none` is typed by a person.
  const elsewhere = site !== undefined && site !== 'same-origin' && site !== 'none';
  const foreign = elsewhere || (origin !== undefined && originHost(origin) !== host);
  if (foreign || sessionToken(request) !== null) {
    throw new RequestRefused({
      status: 403,
      title: 'FORBIDDEN',
      detail: foreign
        ? 'The request was sent by a page of another site.'
        : 'A request with a session cookie needs the header X-Countersign.',
    });
  }
}

/** `checkOrigin` for every request. */
export const sameOrigin: RequestHandler = (request, _response, next) => {
  checkOrigin(request);
  next();
};

/** Refuses bodies that no route can read, instead of overlooking them. */
export const readableBody: RequestHandler = (request, _response, next) => {
  // `is` gives null for a request without a body, false for a body of none of these types.
  if (
    request.is(['application/json', 'multipart/form-data']) === false &&
    request.headers['content-length'] !== '0'
  ) {
    throw new RequestRefused({
      status: 415,
      title: 'INVALID_ARGUMENT',
      detail: 'Send JSON with the header Content-Type: application/json, or files as multipart/form-data.',
    });
  }
  next();
};

function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
