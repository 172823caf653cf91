/** The command line's way to a server: its public API over HTTP. What is refused there ends the program with its words. */
import { readJson, writeJson } from '@countersign/engine';
import { findFolders } from '../settings/folders.js';
import { CliFailure, EXIT } from './exit-codes.js';

/** The address a command talks to when nobody names one. */
export const DEFAULT_SERVER = 'http://localhost:8080';

/** A server as the commands see it. Every call throws `CliFailure` where the server refuses or is away. */
export interface Connection {
  readonly url: string;
  get<Answer>(path: string): Promise<Answer>;
  /** The answer is undefined where the server has nothing to say (204). */
  post<Answer>(path: string, body: object | FormData): Promise<Answer>;
  patch(path: string, body: object): Promise<void>;
  delete(path: string): Promise<void>;
  /** An answer to read as a stream; with a body it is asked for by POST. */
  open(path: string, body?: object): Promise<ReadableStream<Uint8Array>>;
}

/** Where to connect and as whom. */
export interface ConnectionOptions {
  readonly server?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Connects lazily: the first call may find that nobody is there. Throws on an address that is none. */
export function connect({ server, environment }: ConnectionOptions): Connection {
  const given = server ?? environment.COUNTERSIGN_SERVER?.trim() ?? '';
  const url = given === '' ? DEFAULT_SERVER : given;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CliFailure(
      `"${url}" is no address of a server. Write one such as ${DEFAULT_SERVER}.`,
      EXIT.usage,
    );
  }
  const base = url.replace(/\/+$/, '');
  const headers = credentials(environment);

  const call = async (method: string, path: string, body?: object | FormData): Promise<Response> => {
    const isForm = body instanceof FormData;
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        method,
        headers: { ...headers, ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }) },
        body: body === undefined ? undefined : isForm ? body : writeJson(body),
      });
    } catch (error) {
      throw unreachable(base, error);
    }
    if (!response.ok) throw await refused(response, base, await otherVersion(response, base));
    return response;
  };
  const read = async <Answer>(response: Response): Promise<Answer> => {
    const content = await response.text();
    if (content === '') return undefined as Answer;
    try {
      return readJson(content) as Answer;
    } catch {
      throw new CliFailure(`What answers at ${base} is no Countersign server: its answer is not JSON.`);
    }
  };

  return {
    url: base,
    get: async (path) => read(await call('GET', path)),
    post: async (path, body) => read(await call('POST', path, body)),
    async patch(path, body) {
      await call('PATCH', path, body);
    },
    async delete(path) {
      await call('DELETE', path);
    },
    async open(path, question) {
      const { body } = await call(question === undefined ? 'GET' : 'POST', path, question);
      if (!body) throw new CliFailure(`The server at ${base} answered without a body.`);
      return body;
    },
  };
}

/** Bearer where there is a token, Basic where there are a name and a password, otherwise nothing. */
function credentials(environment: ConnectionOptions['environment']): Record<string, string> {
  const {
    COUNTERSIGN_TOKEN: token,
    COUNTERSIGN_USERNAME: name,
    COUNTERSIGN_PASSWORD: password,
  } = environment;
  if (token) return { Authorization: `Bearer ${token}` };
  if (name) return { Authorization: `Basic ${Buffer.from(`${name}:${password ?? ''}`).toString('base64')}` };
  return {};
}

function unreachable(base: string, error: unknown): CliFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new CliFailure(
    `No server answers at ${base} (${cause}). Start one with "countersign start", or name another with --server.`,
    EXIT.unavailable,
    { cause: error },
  );
}

/** What an older server does not have, and a newer one no longer: then both versions are told, where they differ. */
const MAY_BE_OF_A_VERSION = new Set([400, 404, 405, 501]);

async function otherVersion({ status }: Response, base: string): Promise<string> {
  if (!MAY_BE_OF_A_VERSION.has(status)) return '';
  const { version } = findFolders();
  try {
    const health = readJson(await (await fetch(`${base}/health`)).text()) as { version?: unknown };
    if (typeof health.version !== 'string' || health.version === version) return '';
    return ` This program is of version ${version}, the server of version ${health.version}.`;
  } catch {
    return '';
  }
}

/** The server's own words, which say what to do. */
async function refused(response: Response, base: string, hint: string): Promise<CliFailure> {
  const problem = readProblem(await response.text());
  const code =
    response.status === 503 ? EXIT.unavailable : response.status === 504 ? EXIT.timeout : EXIT.failed;
  if (problem) return new CliFailure(`${problem.detail} (${problem.title})${hint}`, code);
  return new CliFailure(
    `The server at ${base} answered ${String(response.status)} without saying why.${hint}`,
    code,
  );
}

function readProblem(content: string): { title: string; detail: string } | null {
  try {
    const problem = readJson(content) as { title?: unknown; detail?: unknown };
    return typeof problem.detail === 'string'
      ? { title: typeof problem.title === 'string' ? problem.title : '', detail: problem.detail }
      : null;
  } catch {
    return null;
  }
}
