/**
 * Which answers show somebody the data of process instances. Before one of them is sent, the view is recorded where the
 * process is sensitive. Lists that show names and states only are no views. Leases of jobs record themselves.
 */
import type { Request, RequestHandler } from 'express';
import { writeJson } from '@countersign/engine';
import type { DataViews, Viewed } from '../audit/views/views.js';
import type { ViewKind } from '../store/journal-events.js';
import { callerOf } from './caller.js';
import { routeTaken } from './request-log.js';

const SHOWS: Readonly<Record<string, ViewKind | undefined>> = {
  'GET /v2/process-instances/:processInstanceKey': 'instance',
  'GET /v2/process-instances/:processInstanceKey/call-hierarchy': 'instance',
  'GET /v2/process-instances/:processInstanceKey/sequence-flows': 'instance',
  'GET /v2/process-instances/:processInstanceKey/statistics/element-instances': 'instance',
  'POST /v2/process-instances/:processInstanceKey/incidents/search': 'instance',
  'GET /v2/element-instances/:elementInstanceKey': 'instance',
  'POST /v2/element-instances/search': 'instance',
  'POST /v2/element-instances/:elementInstanceKey/incidents/search': 'instance',
  'GET /v2/incidents/:incidentKey': 'instance',
  'POST /v2/incidents/search': 'instance',
  'POST /v2/jobs/search': 'instance',
  'GET /v2/variables/:variableKey': 'variables',
  'POST /v2/variables/search': 'variables',
  'POST /v2/user-tasks/:userTaskKey/variables/search': 'variables',
  'POST /v2/user-tasks/:userTaskKey/effective-variables/search': 'variables',
  'GET /api/process-instances/:processInstanceKey/state': 'variables',
  'GET /v2/decision-instances/:decisionEvaluationInstanceKey': 'decisions',
  'POST /v2/decision-instances/search': 'decisions',
  'GET /v2/user-tasks/:userTaskKey': 'user task',
  'GET /api/user-tasks/:userTaskKey/record': 'user task',
  'GET /api/user-tasks/:userTaskKey/signature': 'user task',
  'GET /api/user-tasks/:userTaskKey/evidence': 'evidence',
  'GET /api/audit': 'audit rows',
};

/** Lists that tell values of variables where they are asked for them. */
const BY_VARIABLES: ReadonlySet<string> = new Set([
  'POST /v2/process-instances/search',
  'POST /v2/user-tasks/search',
]);

/** Records views before they are answered. */
export function recordViews(views: DataViews): RequestHandler {
  return (request, response, next) => {
    const send = response.json.bind(response);
    response.json = (body: unknown) => {
      const kind = kindOf(request);
      if (kind === undefined || response.statusCode >= 300) return send(body);
      views.saw(callerOf(request).actor, kind, viewedIn(request, body)).then(() => {
        send(body);
      }, next);
      return response;
    };
    next();
  };
}

function kindOf(request: Request): ViewKind | undefined {
  const route = `${request.method} ${routeTaken(request) ?? ''}`;
  if (!BY_VARIABLES.has(route)) return SHOWS[route];
  const { filter } = (request.body ?? {}) as { filter?: unknown };
  return writeJson(filter ?? null).includes('ariables"') ? 'variables' : undefined;
}

/** The process instances that an answer is about: itself, its items, or the one of the path. */
function viewedIn({ params }: Request, body: unknown): Viewed[] {
  const { items } = (body ?? {}) as { items?: unknown };
  const parts: unknown[] = [body, ...listOf(items), ...listOf(body)];
  const found = parts.filter(isViewed);
  const { processInstanceKey } = params;
  if (typeof processInstanceKey === 'string' && found.length === 0) found.push({ processInstanceKey });
  return found;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function isViewed(part: unknown): part is Viewed {
  return (
    typeof part === 'object' &&
    part !== null &&
    typeof (part as { processInstanceKey?: unknown }).processInstanceKey === 'string'
  );
}
