/** Turns column values into the API's: keys as strings of digits, times as ISO 8601 in UTC. */
import { readJson } from '@countersign/engine';
import { nearestReadable } from '../readable.js';
import type { Row } from './search-types.js';

/** The default tenant's id: the only one. */
const TENANT = '<default>';

/** The ends of the years that dates in texts can say (RFC 3339, §5.6): a time beyond them is given as the nearest. */
const EARLIEST = -62_167_219_200_000;
const LATEST = 253_402_300_799_999;

/** Reads a row's columns by the type they must have. A column of another type is a defect and throws. */
export interface RowReader {
  text(name: string): string;
  textOrNull(name: string): string | null;
  number(name: string): number;
  numberOrNull(name: string): number | null;
  flag(name: string): boolean;
  key(name: string): string;
  keyOrNull(name: string): string | null;
  time(name: string): string;
  timeOrNull(name: string): string | null;
  /** A JSON list of texts; empty where the column is null. */
  texts(name: string): string[];
  readonly tenantId: string;
}

/** A time in milliseconds as ISO 8601 in UTC. */
export function isoTime(time: number): string {
  return new Date(Math.min(Math.max(time, EARLIEST), LATEST)).toISOString();
}

/** A reader of one row. */
export function reader(row: Row): RowReader {
  const numberOrNull = (name: string): number | null => {
    const value = row[name];
    if (value === null || value === undefined) return null;
    // PostgreSQL gives 64-bit integers as text.
    const number = typeof value === 'string' ? nearestReadable(value) : Number(value);
    if (!Number.isFinite(number)) throw new TypeError(`column ${name} is no number`);
    return number;
  };
  const textOrNull = (name: string): string | null => {
    const value = row[name];
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string') throw new TypeError(`column ${name} is no text`);
    return value;
  };
  const present = <T>(name: string, value: T | null): T => {
    if (value === null) throw new TypeError(`column ${name} is null`);
    return value;
  };
  const keyOrNull = (name: string): string | null => {
    const value = numberOrNull(name);
    return value === null ? null : String(value);
  };
  const timeOrNull = (name: string): string | null => {
    const value = numberOrNull(name);
    return value === null ? null : isoTime(value);
  };
  return {
    text: (name) => present(name, textOrNull(name)),
    textOrNull,
    number: (name) => present(name, numberOrNull(name)),
    numberOrNull,
    flag: (name) => numberOrNull(name) === 1,
    key: (name) => present(name, keyOrNull(name)),
    keyOrNull,
    time: (name) => present(name, timeOrNull(name)),
    timeOrNull,
    texts(name) {
      const value: unknown = readJson(textOrNull(name) ?? '[]');
      return Array.isArray(value) ? value.map(String) : [];
    },
    tenantId: TENANT,
  };
}

/** The field that every resource has for its tenant: a constant. */
export const TENANT_FIELD = { sql: `'${TENANT}'`, kind: 'text' } as const;
