/**
 * Problem details (RFC 9457): how every refused or failed request is answered.
 * `title` names the kind of problem, `detail` says what is wrong and what to do.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeJson } from '@countersign/engine';
import type { Rejection, RejectionType } from '@countersign/engine';
import type { NotIn } from '../access/access.js';

/** The body of an `application/problem+json` answer, without what is ours alone. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Further members (RFC 9457 §3.2), such as the list of findings in a deployment. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number;
  /** The methods that the address takes, where this one is not among them (RFC 9110 §15.5.6). */
  readonly allow?: readonly string[];
}

/** A request that ends here, thrown from wherever that is found; carries the problem to answer with. */
export class RequestRefused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'RequestRefused';
    this.problem = problem;
  }
}

const STATUS_OF: Readonly<Record<RejectionType, number>> = {
  NOT_FOUND: 404,
  INVALID_STATE: 409,
  INVALID_ARGUMENT: 400,
  ALREADY_EXISTS: 409,
  FORBIDDEN: 403,
};

/** A problem named by its rejection type. */
export function refuse(
  type: RejectionType,
  detail: string,
  extensions?: Problem['extensions'],
): RequestRefused {
  return new RequestRefused({ status: STATUS_OF[type], title: type, detail, extensions });
}

/** The problem for a command that the engine or the runtime refused. */
export function fromRejection(rejection: Rejection): RequestRefused {
  return refuse(rejection.type, rejection.reason);
}

/**
 * The answer to somebody whose password nobody looked at: there were too many wrong ones, or too many wait for their
 * turn. `retryAfter` in seconds.
 */
export function notLookedAt({ retryAfter, isCrowd }: Omit<NotIn, 'ok'>): RequestRefused {
  if (isCrowd) {
    const detail = 'Too many passwords wait to be looked at, and yours was not. Try again in a second.';
    return new RequestRefused({ status: 503, title: 'RESOURCE_EXHAUSTED', detail, retryAfter });
  }
  const minutes = String(Math.ceil(retryAfter / 60));
  const detail = `Too many wrong passwords. Try again in ${minutes} min.`;
  return new RequestRefused({ status: 429, title: 'TOO_MANY_ATTEMPTS', detail, retryAfter });
}

/** The answer to a request whose address is known and takes only other methods. */
export function wrongMethod(request: IncomingMessage, allow: readonly string[]): RequestRefused {
  const detail = `${pathOf(request)} does not take ${request.method ?? 'this method'}. It takes ${allow.join(', ')}.`;
  return new RequestRefused({ status: 405, title: 'METHOD_NOT_ALLOWED', detail, allow });
}

/** The answer to a caller whose change of a user task still waits for its listeners. */
export function listenersPending(): RequestRefused {
  const detail =
    'The task listeners have not all answered in time. The change is still under way: look at the state of the user task.';
  return new RequestRefused({ status: 504, title: 'DEADLINE_EXCEEDED', detail });
}

/** Writes a problem; does nothing where the answer has already begun. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.allow) response.setHeader('Allow', problem.allow.join(', '));
  if (problem.retryAfter !== undefined) response.setHeader('Retry-After', String(problem.retryAfter));
  const text = writeJson({
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: pathOf(response.req),
    ...problem.extensions,
  });
  response.writeHead(problem.status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The path that was asked for, wherever in Express the request is; without the query, which can hold what somebody searched for. */
export function pathOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '').split('?')[0];
}
