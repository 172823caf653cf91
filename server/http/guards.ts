/**
 * Guards that every request passes: against pages of other sites that reach for a server on this
 * machine (DNS rebinding, cross-site requests), and the headers that keep our own pages safe.
 */
import type { RequestHandler } from 'express';
import { isLoopback } from '../settings/settings.js';
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

/** Sets the security headers of every answer. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  next();
};

/** Refuses requests that name another host: a foreign name that was made to point at this machine. */
export const sameHost: RequestHandler = (request, _response, next) => {
  if (!isLoopback(hostName(request.headers.host ?? ''))) {
    throw new RequestRefused({
      status: 421,
      title: 'MISDIRECTED_REQUEST',
      detail: 'This server answers to localhost only. Open http://localhost with its port.',
    });
  }
  next();
};

/** Refuses changes sent by pages of other sites, and those sent by cookie without our own header. */
export const sameOrigin: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') {
    next();
    return;
  }
  const { origin, host } = request.headers;
  const foreign = origin !== undefined && originHost(origin) !== host;
  const forgeable = sessionToken(request) !== null && request.headers['x-countersign'] === undefined;
  if (foreign || forgeable) {
    throw new RequestRefused({
      status: 403,
      title: 'FORBIDDEN',
      detail: foreign
        ? 'The request was sent by a page of another site.'
        : 'A request with a session cookie needs the header X-Countersign.',
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
