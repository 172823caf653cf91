/**
 * Requests that break the description of the API, made from the description itself: each is refused with a problem that
 * names the place, and none is a failure of the server. `npm run outside -- requests` makes 15,000 of them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDescribed } from '../support/described.js';
import type { JsonSchema, PlacedOperation } from '../support/described.js';
import { SEED, fc } from '../support/property.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

/** How many values are tried in each place. */
const VALUES = Number(process.env.COUNTERSIGN_REFUSED_VALUES ?? '1');

/** A request, and what its refusal must name. */
interface Wrong {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly names?: string;
}

let server: TestServer;
let operations: PlacedOperation[];
let shared: Readonly<Record<string, JsonSchema>>;

beforeAll(async () => {
  server = await startServer();
  const all = (await readDescribed(server.url)).operations;
  operations = all.filter(
    ({ path }) => /^\/(?:v2|api)\//.test(path) && !path.includes('deployments') && !path.includes('docs'),
  );
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    components: { schemas: Readonly<Record<string, JsonSchema>> };
  };
  shared = document.components.schemas;
});
afterAll(() => server.close());

/** The schema with what it refers to written in its place. */
function resolved(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (_name, value: unknown) => {
    const to = (value as { $ref?: unknown } | null)?.$ref;
    return typeof to === 'string' ? resolved(shared[to.split('/').at(-1) ?? '']) : value;
  }) as JsonSchema;
}

function bodyOf({ requestBody }: PlacedOperation): JsonSchema | null {
  const schema = requestBody?.content['application/json']?.schema;
  return schema === undefined ? null : resolved(schema);
}

const addressOf = ({ path }: PlacedOperation): string => path.replaceAll(/\{\w+\}/g, '1');
const propertiesOf = (schema: JsonSchema) =>
  (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;

/** The least value that a schema takes. */
function least(schema: JsonSchema): unknown {
  const [first] = (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[];
  if (first !== undefined) return least(first);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === 'object') {
    const required = (schema.required ?? []) as string[];
    return Object.fromEntries(required.map((name) => [name, least(propertiesOf(schema)[name])]));
  }
  if (schema.type === 'array') return [];
  if (schema.type === 'string') return '1';
  if (schema.type === 'boolean') return true;
  return schema.minimum ?? 1;
}

/** Values that a schema refuses, by chance. */
function refusedBy(schema: JsonSchema, seed: number): unknown[] {
  const shape = z.fromJSONSchema(schema);
  const refused = fc.sample(fc.jsonValue({ maxDepth: 2 }), { numRuns: VALUES * 10 + 20, seed: SEED + seed });
  return [{ a: [] }, ...refused].filter((value) => !shape.safeParse(value).success).slice(0, VALUES);
}

function wrongBodies(operation: PlacedOperation): Wrong[] {
  const schema = bodyOf(operation);
  if (!schema) return [];
  const at = { method: operation.method, path: addressOf(operation) };
  const right = least(schema) as Record<string, unknown>;
  const required = (schema.required ?? []) as string[];
  return [
    ...['x', 5, true, [right]].map((body) => ({ ...at, body })),
    { ...at, body: { ...right, nobodyKnows: 1 }, names: 'nobodyKnows' },
    ...required.map((name) => {
      const { [name]: _left, ...body } = right;
      return { ...at, body, names: name };
    }),
    ...Object.entries(propertiesOf(schema)).flatMap(([name, property], index) =>
      refusedBy(property, index).map((value) => ({ ...at, body: { ...right, [name]: value }, names: name })),
    ),
  ];
}

function wrongPaths({ method, path }: PlacedOperation): Wrong[] {
  const keys = ['abc', '1.5', '-1', '1e3', '9'.repeat(30), '%20'];
  return /\{\w*Key\}/.test(path)
    ? keys.map((key) => ({ method, path: path.replaceAll(/\{\w+\}/g, key), body: {} }))
    : [];
}

/** What an operation of `/api` takes nothing of: names in the address, and a body. */
function besides({ method, path, parameters, requestBody }: PlacedOperation): Wrong[] {
  if (!path.startsWith('/api/')) return [];
  const at = { method, path: path.replaceAll(/\{\w+\}/g, '1') };
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  // One letter too many is how a filter is misspelt.
  const addresses = ['nobodyKnows', ...query.map((name) => `${name}s`)].filter(
    (name) => !query.includes(name),
  );
  return [
    ...addresses.map((name) => ({ ...at, path: `${at.path}?${name}=1`, body: {}, names: name })),
    ...(method === 'GET' || requestBody ? [] : [{ nobodyKnows: 1 }, ['x']].map((body) => ({ ...at, body }))),
  ];
}

function wrongMethods(operation: PlacedOperation): Wrong[] {
  const taken = operations.filter(({ path }) => path === operation.path).map(({ method }) => method);
  const others = ['POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !taken.includes(method));
  // A word in the place of a key may be another operation's: only addresses without a place are surely nobody's.
  return operation.path.includes('{')
    ? []
    : others.map((method) => ({ method, path: operation.path, body: {} }));
}

/** What is wrong with the answer to a wrong request; null where it is refused as it should be. */
async function complaint({ method, path, body, names }: Wrong, status?: number): Promise<string | null> {
  const ask = () =>
    fetch(server.url + path, {
      method,
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
    });
  let response = await ask();
  // A machine with other work turns some away unread: they come back, as they are told to.
  for (let attempt = 0; response.status === 503 && attempt < 100; attempt += 1) {
    await pause(50);
    response = await ask();
  }
  const text = await response.text();
  const call = `${method} ${path} ${JSON.stringify(body)}: ${String(response.status)} ${text}`;
  if (response.status < 400 || response.status >= 500) return call;
  if (status !== undefined && response.status !== status) return call;
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return call;
  return response.status === 400 && names !== undefined && !text.includes(names) ? call : null;
}

async function complaints(wrong: readonly Wrong[], status?: number): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < wrong.length; at += 16) {
    const texts = await Promise.all(wrong.slice(at, at + 16).map((one) => complaint(one, status)));
    found.push(...texts.flatMap((text) => (text === null ? [] : [text.slice(0, 300)])));
  }
  return found;
}

describe('a request that breaks the description', () => {
  it('is refused where its body is none, lacks something, has too much, or has the wrong value', async () => {
    const wrong = operations.flatMap(wrongBodies);
    expect(wrong.length).toBeGreaterThan(200 + VALUES * 100);
    expect(await complaints(wrong)).toEqual([]);
  }, 600_000);

  it('is refused where a key in its address is none', async () => {
    const wrong = operations.flatMap(wrongPaths);
    expect(wrong.length).toBeGreaterThan(100);
    expect(await complaints(wrong)).toEqual([]);
  });

  it('is refused where it has a name, or a body, that its operation does not take', async () => {
    const wrong = operations.flatMap(besides);
    expect(wrong.length).toBeGreaterThan(100);
    expect(await complaints(wrong, 400)).toEqual([]);
  });

  it('is refused where nothing takes its method', async () => {
    const wrong = operations.flatMap(wrongMethods);
    expect(wrong.length).toBeGreaterThan(50);
    expect(await complaints(wrong)).toEqual([]);
  });
});
