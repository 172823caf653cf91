/** One way to talk to the server: JSON in, JSON out, failures as problem documents (RFC 9457). */
import { readJson, writeJson } from '@countersign/engine';
import { NO_CONNECTION, noteAnswer } from './connection.svelte.js';

/** A finding about a model: where it is, what is wrong and what to do. */
export interface ModelProblem {
  code: string;
  resource: string | null;
  elementId: string | null;
  message: string;
  hint: string | null;
  severity: 'error' | 'warning';
}

/** What the server says when it refuses or fails. */
export interface Problem {
  status: number;
  title: string;
  detail: string;
  /** The request that failed, as METHOD path. */
  where: string;
  /** An id to look up in the server's log, where it gave one. */
  instance?: string;
  problems?: ModelProblem[];
  /** The revision that stands now, where a draft was saved by someone else meanwhile. */
  current?: number;
}

/** An Error that carries the problem document. */
export interface ApiError extends Error {
  problem: Problem;
}

/** Whether a caught value came from the server as a problem. */
export function isApiError(value: unknown): value is ApiError {
  return value instanceof Error && 'problem' in value;
}

/** The problem in a caught value; anything else becomes one that says so. */
export function problemOf(value: unknown): Problem {
  if (isApiError(value)) return value.problem;
  const detail = value instanceof Error ? value.message : String(value);
  return { status: 0, title: 'UNEXPECTED', detail, where: '' };
}

let onUnauthorized: () => void = () => undefined;

/** Registers what happens when the server no longer knows who is asking. */
export function whenUnauthorized(act: () => void): void {
  onUnauthorized = act;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value ? value : otherwise;
}

async function failure(response: Response, where: string): Promise<ApiError> {
  const body = await response
    .text()
    .then(readJson)
    .catch(() => null);
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const problem: Problem = {
    status: response.status,
    title: text(fields.title, response.statusText || `HTTP ${response.status}`),
    detail: text(fields.detail, ''),
    where,
  };
  if (typeof fields.instance === 'string') problem.instance = fields.instance;
  if (Array.isArray(fields.problems)) problem.problems = fields.problems as ModelProblem[];
  if (typeof fields.current === 'number') problem.current = fields.current;
  return Object.assign(new Error(problem.detail || problem.title), { problem });
}

function unreachable(where: string): ApiError {
  const problem: Problem = {
    status: 0,
    title: NO_CONNECTION,
    detail: 'The server does not answer. Check that it is running; this page tries again by itself.',
    where,
  };
  return Object.assign(new Error(problem.detail), { problem });
}

/** What a request may carry. */
export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON, unless it is a form. */
  body?: unknown;
  signal?: AbortSignal;
  /** Goes on when the page is closed meanwhile, unless it is too big for that. */
  outlivesPage?: boolean;
}

/** The most that a browser sends for a page that is gone (Fetch, "inflight keepalive bytes"), with room for headers. */
const MOST_KEPT_ALIVE = 60_000;

/** How often a page is asked for again that a busy server told to come back for. */
const MOST_AGAIN = 2;

/** What changes nothing, however it is asked: it can be asked twice. */
function isReading(method: string, path: string): boolean {
  return method === 'GET' || /\/(?:search|statistics\/[\w-]+)(?:\?|$)/.test(path);
}

/** Waits as long as the server says, a few seconds at most; ends early where nobody waits for the answer any more. */
function pauseFor(response: Response, signal: AbortSignal | undefined): Promise<void> {
  const seconds = Math.min(Number(response.headers.get('retry-after') ?? 1) || 1, 3);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Sends a request; answers with the parsed body (undefined for 204). Throws an ApiError, or an abort. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const method = options.method ?? 'GET';
  const where = `${method} ${path.split('?')[0]}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  // A header that a foreign page can't send without a preflight: proof that the request is ours.
  if (method !== 'GET') headers['x-countersign'] = 'web';
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) body = options.body;
  else if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    body = writeJson(options.body);
  }
  const keepalive = options.outlivesPage && typeof body === 'string' && body.length < MOST_KEPT_ALIVE;
  const send = () =>
    fetch(path, { method, headers, body, signal: options.signal, keepalive }).catch((error: unknown) => {
      if (options.signal?.aborted) throw error;
      noteAnswer(false);
      throw unreachable(where);
    });
  let response = await send();
  const most = isReading(method, path) ? MOST_AGAIN : 0;
  for (let again = 0; again < most && response.status === 503; again += 1) {
    await pauseFor(response, options.signal);
    response = await send();
  }
  noteAnswer(true);
  if (response.status === 401 && path !== '/api/session') onUnauthorized();
  if (!response.ok) throw await failure(response, where);
  if (response.status === 204) return undefined as T;
  const type = response.headers.get('content-type') ?? '';
  const content = await response.text();
  return (type.includes('json') ? readJson(content) : content) as T;
}

/** A page of a keyset search. */
export interface Page<T> {
  items: T[];
  page: {
    totalItems: number;
    hasMoreTotalItems?: boolean;
    startCursor?: string | null;
    endCursor?: string | null;
  };
}

/** The body of a keyset search. */
export interface Search {
  filter?: Record<string, unknown>;
  sort?: { field: string; order: 'ASC' | 'DESC' }[];
  page?: { limit: number; after?: string; before?: string };
}

/** Searches a /v2 collection. */
export function search<T>(collection: string, body: Search, signal?: AbortSignal): Promise<Page<T>> {
  return request(`/v2/${collection}/search`, { method: 'POST', body, signal });
}
