/** The canonical form of a JSON value (RFC 8785): the one text, and so the one hash, that everybody gets. */
import type { JsonObject, JsonValue } from '../model/json.js';

/**
 * The value's canonical text. Members that are undefined are left out, as `JSON.stringify` does.
 * The value has to be JSON: no cycles, no numbers that are not finite.
 */
export function canonicalJson(value: JsonValue): string {
  return isInOrder(value) ? JSON.stringify(value) : write(value);
}

/** Whether every object in it has its members in canonical order already; most of what is hashed has. */
function isInOrder(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).every(isInOrder);
  let last: string | null = null;
  for (const name of Object.keys(value)) {
    // JavaScript compares strings by UTF-16 code units, which is the order that the RFC asks for.
    if (last !== null && name < last) return false;
    last = name;
    if (!isInOrder((value as JsonObject)[name])) return false;
  }
  return true;
}

function write(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(write).join(',')}]`;
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = (value as JsonObject)[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${write(member)}`);
  }
  return `{${members.join(',')}}`;
}
