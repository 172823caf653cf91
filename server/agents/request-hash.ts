/** The identity of a question: the same request has the same hash on every machine and in every release. */
import { createHash } from 'node:crypto';
import { writeJson } from '@countersign/engine';
import type { JsonObject, JsonValue } from '@countersign/engine';
import type { ModelRequest } from './model-port.js';

/** Where the question goes, besides what it asks. */
export interface RequestTarget {
  readonly provider: string;
  readonly endpoint: string | null;
}

/** SHA-256, in hexadecimal, of the request and its target, with sorted names. Secrets are no part of either. */
export function hashRequest(target: RequestTarget, request: ModelRequest): string {
  return hashJson({ ...target, ...request } as unknown as JsonObject);
}

/** SHA-256, in hexadecimal, of a JSON value with sorted names. */
export function hashJson(value: JsonValue): string {
  return createHash('sha256').update(sortedJson(value)).digest('hex');
}

function sortedJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return writeJson(value ?? null);
  const entries = Object.entries(value as JsonObject)
    .filter(([, entry]) => entry !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${writeJson(name)}:${sortedJson(entry)}`).join(',')}}`;
}
