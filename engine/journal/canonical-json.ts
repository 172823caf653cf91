/**
 * JSON in its canonical form, RFC 8785 (JCS): one text for one value, so that its hash can be taken.
 * Numbers and strings are written as ECMAScript writes them, which is what the RFC asks for (3.2.2);
 * properties stand in the order of their UTF-16 code units (3.2.3). The RFC knows doubles only and wants other numbers
 * as texts (3.2.2.3 and appendix D): an object with whole numbers that no double shows is written in its plain form
 * (`plain-form.ts`).
 */
import type { JsonObject, JsonValue } from '../model/json.js';
import { toUnicode } from '../model/json-limits.js';
import { plainForm } from './plain-form.js';

/** How JSON.stringify writes a lone surrogate. A backslash in a text may look the same, so a match is looked at again. */
const ESCAPED_SURROGATE = /\\ud[89a-f]/;

/**
 * The canonical text of a value; a property without a value is left out, as in JSON.stringify.
 * Throws where a number is not finite or a text is no Unicode (a lone surrogate), as RFC 8785 3.2.2.2 asks.
 */
export function canonicalJson(value: JsonValue): string {
  const text = writeAny(value);
  if (ESCAPED_SURROGATE.test(text) && !isWellFormed(value)) {
    throw new TypeError('A text in it is no Unicode (it has a lone surrogate), so it has no canonical form.');
  }
  return text;
}

/** The canonical text of a value, with U+FFFD in the place of every lone surrogate. Throws where a number is not finite. */
export function unicodeJson(value: JsonValue): string {
  const text = writeAny(value);
  return ESCAPED_SURROGATE.test(text) ? writeAny(toUnicode(value)) : text;
}

/** Most values can be written as they are: the others are found on the way, so that looking for them costs nothing. */
function writeAny(value: JsonValue): string {
  try {
    return write(value);
  } catch (error) {
    if (error === NEEDS_PLAIN_FORM && isObject(value)) return writeAny(plainForm(value));
    // Contents of older servers may be nested deeper than a stack has room for.
    if (error instanceof RangeError) return writeDeep(value);
    throw error;
  }
}

const NEEDS_PLAIN_FORM = new TypeError(
  'A whole number that no double shows has a canonical form in an object only.',
);

/** The same text without recursion. */
function writeDeep(whole: JsonValue): string {
  const left: ({ readonly text: string } | { readonly value: JsonValue })[] = [{ value: whole }];
  let text = '';
  for (let next = left.pop(); next; next = left.pop()) {
    if ('text' in next) text += next.text;
    else if (next.value === null || typeof next.value !== 'object') text += write(next.value);
    else left.push(...partsOf(next.value).reverse());
  }
  return text;
}

function partsOf(value: readonly JsonValue[] | JsonObject): ({ text: string } | { value: JsonValue })[] {
  const isArray = Array.isArray(value);
  const parts: ({ text: string } | { value: JsonValue })[] = [{ text: isArray ? '[' : '{' }];
  const entries = Object.entries(value as JsonObject);
  if (!isArray) entries.sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [name, property] of entries) {
    if (property === undefined) continue;
    const comma = parts.length > 1 ? ',' : '';
    parts.push({ text: isArray ? comma : `${comma}${JSON.stringify(name)}:` }, { value: property });
  }
  parts.push({ text: isArray ? ']' : '}' });
  return parts;
}

function write(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no number ${value}.`);
    return JSON.stringify(value);
  }
  if (typeof value === 'bigint') throw NEEDS_PLAIN_FORM;
  if (value === null || typeof value === 'boolean') return String(value);
  return isList(value) ? `[${value.map(write).join(',')}]` : writeObject(value);
}

function writeObject(value: JsonObject): string {
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const property = value[name];
    if (property === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${write(property)}`;
  }
  return `{${text}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isWellFormed(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (value === null || value === undefined || typeof value !== 'object') return true;
  if (isList(value)) return value.every(isWellFormed);
  return Object.keys(value).every((name) => name.isWellFormed() && isWellFormed(value[name]));
}
