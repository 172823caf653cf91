/**
 * The texts, field names and numbers of a JSON text (RFC 8259), found in the text itself: databases of older servers hold
 * values that are nested deeper than any walk through lists and objects could follow.
 */
import { readJson } from '@countersign/engine';

/** A text, a field name or a number, and where it stands. */
export interface JsonPart {
  readonly value: string | number | bigint;
  readonly from: number;
  /** The position after it. */
  readonly to: number;
}

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    readJson(text);
    return true;
  } catch {
    return false;
  }
}

/** The parts of a text that is JSON, in their order. */
export function jsonParts(json: string): JsonPart[] {
  const parts: JsonPart[] = [];
  const start = /["\d-]/g;
  for (let found = start.exec(json); found; found = start.exec(json)) {
    const from = found.index;
    const to = found[0] === '"' ? endOfString(json, from) : endOfNumber(json, from);
    parts.push({ value: readJson(json.slice(from, to)) as JsonPart['value'], from, to });
    start.lastIndex = to;
  }
  return parts;
}

function endOfString(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfNumber(json: string, from: number): number {
  const number = /[-+.\deE]+/y;
  number.lastIndex = from;
  number.test(json);
  return number.lastIndex;
}
