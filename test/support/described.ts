/** Holds answers of a server against its own description: a call that is answered otherwise fails, with the place. */
import { z } from 'zod';

/** A JSON Schema, as it stands in the description. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** An operation, as the description tells it. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** An operation with its place. */
export interface PlacedOperation extends DescribedOperation {
  readonly method: string;
  readonly path: string;
}

type Headers = Readonly<Record<string, string>>;

/** The description of a server, and calls that are held against it. */
export interface Described {
  readonly operations: readonly PlacedOperation[];
  /** Names of the operations that were called and did what was asked. */
  readonly called: ReadonlySet<string>;
  /** Calls, checks the answer strictly, and gives its body: JSON where it is, a text otherwise. */
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<unknown>;
  /** Calls what answers without an end: the first piece of the answer, after which the caller hangs up. */
  peek(method: string, path: string, body?: unknown): Promise<string>;
}

/** Reads the description of the server at `url`. */
export async function readDescribed(url: string): Promise<Described> {
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ ...one, method: method.toUpperCase(), path })),
  );
  const called = new Set<string>();
  const answered = async (method: string, path: string, response: Response) => {
    const operation = operationAt(operations, method, path);
    const told = operation.responses[String(response.status)];
    if (!told)
      throw new Error(`${method} ${path} answered ${String(response.status)}: ${await response.text()}`);
    called.add(operation.operationId);
    return told.content;
  };
  return {
    operations,
    called,
    async call(method, path, body, headers = {}) {
      const response = await fetch(url + path, { method, ...sent(body, headers) });
      const told = await answered(method, path, response);
      return checked(`${method} ${path}`, told, response.headers.get('content-type'), await response.text());
    },
    async peek(method, path, body) {
      const stop = new AbortController();
      const response = await fetch(url + path, { method, signal: stop.signal, ...sent(body, {}) });
      const told = await answered(method, path, response);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const text = (await reader?.read())?.value ?? '';
      stop.abort();
      checked(`${method} ${path}`, told, response.headers.get('content-type'), text);
      return text;
    },
  };
}

function sent(body: unknown, headers: Headers): RequestInit {
  const isForm = body instanceof FormData;
  return {
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    headers: { ...(!isForm && { 'Content-Type': 'application/json' }), ...headers },
  };
}

/** The operation that an address belongs to; words before places, as the server tries them. */
export function operationAt(operations: readonly PlacedOperation[], method: string, path: string) {
  const [address] = path.split('?');
  const matching = operations.filter((one) => one.method === method && pattern(one.path).test(address));
  const [best] = matching.sort((one, other) => places(one.path) - places(other.path));
  if (!best) throw new Error(`${method} ${path} is not described`);
  return best;
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function places(path: string): number {
  return path.split('{').length;
}

function checked(call: string, content: Content | undefined, type: string | null, text: string): unknown {
  const [media] = (type ?? '').split(';');
  const told = content?.[media];
  if (!told) {
    if (content || text !== '')
      throw new Error(`${call} answered with ${media || 'nothing'}, which is not described`);
    return undefined;
  }
  const value: unknown = media === 'application/json' ? JSON.parse(text) : text;
  const result = z.fromJSONSchema(told.schema).safeParse(value);
  if (!result.success)
    throw new Error(`${call} answered otherwise than described: ${z.prettifyError(result.error)}`);
  return value;
}
