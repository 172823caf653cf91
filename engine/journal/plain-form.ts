/**
 * The plain form of an object: JSON whose numbers are doubles, as RFC 8785 (JCS) and I-JSON (RFC 7493 2.2) ask for.
 * A whole number that no double shows stands in it as a text of its digits, and the property `$integers` of the object
 * has a JSON Pointer (RFC 6901) to each of these texts, in the order in which they stand in the canonical text. An object
 * without such numbers is its own plain form. docs/audit-bundle.md specifies it for readers of other programs.
 */
import type { JsonObject, JsonValue } from '../model/json.js';

/** The property that tells which texts are whole numbers. No field of an event and of its content has this name. */
export const INTEGERS = '$integers';

/** The plain form of a row's data or content. */
export function plainForm(value: JsonObject): JsonObject {
  const pointers: string[] = [];
  const plain = toPlain(value, '', pointers) as JsonObject;
  return pointers.length === 0 ? value : { ...plain, [INTEGERS]: pointers };
}

function toPlain(value: JsonValue, pointer: string, pointers: string[]): JsonValue {
  if (typeof value === 'bigint') {
    pointers.push(pointer);
    return String(value);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return items.map((item, index) => toPlain(item, `${pointer}/${index}`, pointers));
  }
  const object = value as JsonObject;
  const entries = Object.keys(object)
    .sort()
    .map((name) => {
      const entry = object[name];
      const plain = entry === undefined ? entry : toPlain(entry, `${pointer}/${escaped(name)}`, pointers);
      return [name, plain] as const;
    });
  return Object.fromEntries(entries);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
