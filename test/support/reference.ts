/** The reference API as its client describes it: the names of its operations, and the schemas of what they take. */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { JsonSchema } from './described.js';

const folder = dirname(createRequire(import.meta.url).resolve('@camunda8/orchestration-cluster-api'));

/** Names of the client's calls by method and path, from its own text. */
export function namesOfClient(): ReadonlyMap<string, string> {
  const [entry] = /chunk-\w+\.js/.exec(readFileSync(join(folder, 'index.js'), 'utf8')) ?? [''];
  const text = readFileSync(join(folder, entry), 'utf8');
  const calls = text.matchAll(
    /^var (\w+) = \(options\) => \{\s+return \(options\??\.client \?\? client\)\.(\w+)\(\{.*?url: "([^"]+)"/gms,
  );
  return new Map([...calls].map(([, name, method, path]) => [`${method.toUpperCase()} /v2${path}`, name]));
}

/** What an operation takes as its body: a check, and the same as JSON Schema without references. */
export interface ReferenceBody {
  readonly schema: JsonSchema;
  takes(body: unknown): boolean;
}

/** The bodies of operations by name; undefined for those that take none. */
export async function referenceBodies(): Promise<(name: string) => ReferenceBody | undefined> {
  const file = readdirSync(folder).find((name) => /^zod\.gen-\w+\.js$/.test(name)) ?? '';
  const shapes = (await import(pathToFileURL(join(folder, file)).href)) as Readonly<
    Record<string, z.ZodObject<{ body: z.ZodType }> | undefined>
  >;
  return (name) => {
    const body = shapes[`z${name.slice(0, 1).toUpperCase()}${name.slice(1)}Data`]?.shape.body;
    if (!body) return undefined;
    const schema = z.toJSONSchema(body, { unrepresentable: 'any', io: 'input', reused: 'inline' });
    return 'not' in schema ? undefined : { schema, takes: (value) => body.safeParse(value).success };
  };
}
