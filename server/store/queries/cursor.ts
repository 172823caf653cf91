/** Cursors: the sort values of a row as Base64 of a JSON list. They mean nothing to callers. */
import { readJson, writeJson } from '@countersign/engine';

/** One sort value of the row that a cursor points at. */
export type CursorValue = string | number | null;

/** Writes the cursor of a row. */
export function writeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(writeJson(values), 'utf8').toString('base64');
}

/** Reads a cursor; null where it is not one with this many values. */
export function readCursor(cursor: string, count: number): readonly CursorValue[] | null {
  let values: unknown;
  try {
    values = readJson(Buffer.from(cursor, 'base64').toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(values) || values.length !== count) return null;
  return values.every((value) => value === null || typeof value === 'string' || typeof value === 'number')
    ? (values as CursorValue[])
    : null;
}
