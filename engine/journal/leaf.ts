/**
 * A row of the journal as it enters the tree: which fields it has, its canonical text (RFC 8785) and its
 * leaf hash (RFC 6962 section 2.1: SHA-256 of a zero byte and that text). Personal or bulky values stand
 * outside, in the row's content: the row holds no more than a salted commitment to it.
 * docs/audit-bundle.md specifies all of it for readers of other programs; change both together.
 */
import type { JsonObject } from '../model/json.js';
import { toUnicode } from '../model/json-limits.js';
import { unicodeJson } from './canonical-json.js';
import { plainForm } from './plain-form.js';
import { toHex } from './bytes.js';
import type { JournalPort, Sha256 } from './port.js';

/** A row of the journal as it is hashed. Keys and the position are decimal digits; what a row has not is null. */
export interface LeafRow {
  readonly position: string;
  readonly rootKey: string | null;
  readonly processInstanceKey: string | null;
  /** The row's place in its tree of instances. */
  readonly sequence: number | null;
  /** RFC 3339 in UTC with milliseconds: `2026-01-31T09:30:00.000Z`. */
  readonly at: string;
  /** As it is stored: a person is a pseudonym. */
  readonly actor: string;
  readonly type: string;
  readonly elementId: string | null;
  readonly elementInstanceKey: string | null;
  readonly flowId: string | null;
  readonly processDefinitionKey: string | null;
  /** The event's data without the fields of its content; it is hashed in its plain form. */
  readonly data: JsonObject;
  /** The commitment to the row's content in lower-case hexadecimal; null for a row without content. */
  readonly commitment: string | null;
}

/** A row of the journal as it is stored: keys are numbers, `at` is in milliseconds since the epoch. */
export interface StoredLeaf {
  readonly position: number;
  readonly rootKey: number | null;
  readonly processInstanceKey: number | null;
  readonly sequence: number | null;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly elementId: string | null;
  readonly elementInstanceKey: number | null;
  readonly flowId: string | null;
  readonly processDefinitionKey: number | null;
  readonly data: JsonObject;
  readonly commitment: string | null;
}

function digits(key: number | null): string | null {
  return key === null ? null : String(key);
}

/** The row as it is hashed. */
export function leafRow(stored: StoredLeaf): LeafRow {
  return {
    position: String(stored.position),
    rootKey: digits(stored.rootKey),
    processInstanceKey: digits(stored.processInstanceKey),
    sequence: stored.sequence,
    at: new Date(stored.at).toISOString(),
    actor: stored.actor,
    type: stored.type,
    elementId: stored.elementId,
    elementInstanceKey: digits(stored.elementInstanceKey),
    flowId: stored.flowId,
    processDefinitionKey: digits(stored.processDefinitionKey),
    data: stored.data,
    commitment: stored.commitment,
  };
}

/**
 * The canonical text of a row: a line of `rows.jsonl`, and what its leaf hash is taken of. A lone surrogate, which
 * is no Unicode and has no canonical form, stands in it as U+FFFD: a row that a client got in must have a leaf.
 */
export function leafText(row: LeafRow): string {
  // Every row is written in this way, so that sorting the same names again and again would cost too much.
  const text =
    `{"actor":${JSON.stringify(row.actor)},"at":"${row.at}","commitment":${quoted(row.commitment)},` +
    `"data":${unicodeJson(row.data)},"elementId":${JSON.stringify(row.elementId)},` +
    `"elementInstanceKey":${quoted(row.elementInstanceKey)},"flowId":${JSON.stringify(row.flowId)},` +
    `"position":"${row.position}","processDefinitionKey":${quoted(row.processDefinitionKey)},` +
    `"processInstanceKey":${quoted(row.processInstanceKey)},"rootKey":${quoted(row.rootKey)},` +
    `"sequence":${row.sequence},"type":${JSON.stringify(row.type)}}`;
  return MAY_BE_NO_UNICODE.test(text)
    ? unicodeJson({ ...row, data: plainForm(toUnicode(row.data) as JsonObject) })
    : text;
}

/** How JSON.stringify writes a lone surrogate; a backslash in a text may look the same. */
const MAY_BE_NO_UNICODE = /\\ud[89a-f]/;

/** Digits and hexadecimal need no escapes. */
function quoted(text: string | null): string {
  return text === null ? 'null' : `"${text}"`;
}

/** Room for a text behind its prefix, 0x00: one piece of memory for all rows of an ordinary length. */
const room = new Uint8Array(8192);

/** The leaf hash of a text: SHA-256 of 0x00 and its bytes. */
export function hashLeaf(sha256: Sha256, text: Uint8Array): Uint8Array {
  const input =
    text.length < room.length ? room.subarray(0, text.length + 1) : new Uint8Array(text.length + 1);
  input.set(text, 1);
  return sha256(input);
}

/** The leaf hash of a stored row, and the text it is taken of. */
export function leafOf(port: JournalPort, stored: StoredLeaf): { text: string; hash: Uint8Array } {
  const text = leafText(leafRow(stored));
  return { text, hash: hashLeaf(port.sha256, port.encodeText(text)) };
}

/** How many random bytes a salt has. */
export const SALT_BYTES = 32;

/** The commitment to a content: SHA-256 of the salt and the content's canonical text, in lower-case hexadecimal. */
export function commitmentOf(port: JournalPort, salt: Uint8Array, content: JsonObject): string {
  return commitmentOfText(port, salt, unicodeJson(content));
}

/** The commitment to a content whose canonical text is at hand. */
export function commitmentOfText(port: JournalPort, salt: Uint8Array, text: string): string {
  return toHex(port.sha256(salted(port, salt, text)));
}

/** The pseudonym of a person: `p-` and the first 32 digits of SHA-256 of the salt and the name. */
export function pseudonymOf(port: JournalPort, salt: Uint8Array, name: string): string {
  return `p-${toHex(port.sha256(salted(port, salt, name))).slice(0, 32)}`;
}

function salted(port: JournalPort, salt: Uint8Array, text: string): Uint8Array {
  const bytes = port.encodeText(text);
  const input = new Uint8Array(salt.length + bytes.length);
  input.set(salt);
  input.set(bytes, salt.length);
  return input;
}
