/** Which refused requests are recorded in the audit trail: commands, and whatever somebody was not allowed to see. */
import type { IncomingMessage } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import type { RefusalRecords } from '../audit/refusals.js';
import { maybeCaller, triedName } from './caller.js';
import { RequestRefused, pathOf } from './problem.js';
import { routeTaken } from './request-log.js';

const RECORDED: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 422, 429]);
const READS = /\/(?:search|statistics|evaluation)$/;

/** Records an error that a request ended with, where it is a refusal worth it. */
export type RecordRefused = (request: IncomingMessage, error: unknown) => void;

/** Records into the audit trail. */
export function recordRefused(records: Pick<RefusalRecords, 'request'>): RecordRefused {
  return (request, error) => {
    if (!(error instanceof RequestRefused)) return;
    const { status, title, detail } = error.problem;
    const method = request.method ?? '';
    const route = routeTaken(request) ?? '';
    if (!RECORDED.has(status) || !isTold(request, method, status)) return;
    const actor = maybeCaller(request)?.actor ?? 'client:unknown';
    const username = triedName(request);
    records.request({ method, route, status, title, detail, ...(username !== null && { username }) }, actor);
  };
}

/** Records on the way to the answer of an Express application. */
export function recordRefusedRequests(record: RecordRefused): ErrorRequestHandler {
  // Express tells an error route by its four parameters.
  return (error: unknown, request, _response, next) => {
    record(request, error);
    next(error);
  };
}

/** Questions are not told, unless the answer was forbidden; nor is a sign-in, which has rows of its own. */
function isTold(request: IncomingMessage, method: string, status: number): boolean {
  if (status === 403) return true;
  const path = pathOf(request);
  const isQuestion = method === 'GET' || method === 'HEAD' || READS.test(path);
  return !isQuestion && path !== '/api/session' && /^\/(?:v2|api)\//.test(path);
}
