/**
 * Filter conditions: `$eq $neq $gt $gte $lt $lte $in $notIn $exists $like`, or a plain value for `$eq`.
 * `$like` knows `*` for any text and `?` for one character; a backslash takes their meaning away. It takes a to z and
 * A to Z for the same, on both databases, whatever the locale of PostgreSQL. An empty list beside another operator is
 * no condition, because clients with typed filters always write all their lists.
 */
import type { Knex } from 'knex';
import { parseKey } from '@countersign/engine';
import { MOMENT_WORDS, readMoment } from '../../moment.js';
import type { Field } from './search-types.js';

type Stored = string | number;
type Parsed = { readonly ok: true; readonly value: Stored } | { readonly ok: false; readonly reason: string };

const COMPARISONS: Readonly<Record<string, string>> = {
  $eq: '=',
  $gt: '>',
  $gte: '>=',
  $lt: '<',
  $lte: '<=',
};

/** Adds one field's condition to a query; answers why it is refused, or null. */
export function addCondition(
  query: Knex.QueryBuilder,
  name: string,
  field: Field,
  given: unknown,
): string | null {
  if (given === undefined) return null;
  if (typeof given !== 'object' || given === null) return addOperator(query, name, field, '$eq', given);
  if (Array.isArray(given))
    return `filter.${name} is a list. Write {"$in": [...]} for one of several values.`;
  for (const [operator, value] of operatorsOf(given)) {
    const reason = addOperator(query, name, field, operator, value);
    if (reason !== null) return reason;
  }
  return null;
}

/** Whether a field's condition leaves everything: it is null, or has no operator that says something. */
export function asksNothing(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return (given ?? null) === null;
  return !Array.isArray(given) && operatorsOf(given).length === 0;
}

/** The operators of a condition, without empty lists beside another operator. */
export function operatorsOf(given: object): [string, unknown][] {
  const operators = Object.entries(given).filter(([, value]) => value !== undefined);
  return operators.length > 1 ? operators.filter(([name, value]) => !isEmptyList(name, value)) : operators;
}

function isEmptyList(operator: string, value: unknown): boolean {
  return (operator === '$in' || operator === '$notIn') && Array.isArray(value) && value.length === 0;
}

function addOperator(
  query: Knex.QueryBuilder,
  name: string,
  field: Field,
  operator: string,
  value: unknown,
): string | null {
  const place = `filter.${name}.${operator}`;
  if (operator === '$exists') {
    if (typeof value !== 'boolean') return `${place} must be true or false.`;
    query.whereRaw(`${field.sql} is ${value ? 'not ' : ''}null`);
    return null;
  }
  if (operator === '$like') {
    if (typeof value !== 'string') return `${place} must be text.`;
    addLike(query, field.sql, value);
    return null;
  }
  if (operator === '$in' || operator === '$notIn') {
    if (!Array.isArray(value)) return `${place} must be a list.`;
    const parsed = value.map((entry: unknown) => parseValue(place, field, entry));
    const wrong = parsed.find((entry) => !entry.ok);
    if (wrong && !wrong.ok) return wrong.reason;
    const values = parsed.flatMap((entry) => (entry.ok ? [entry.value] : []));
    const marks = values.map(() => '?').join(', ');
    if (operator === '$in')
      query.whereRaw(values.length === 0 ? '1 = 0' : `${field.sql} in (${marks})`, values);
    else if (values.length > 0)
      query.whereRaw(`(${field.sql} not in (${marks}) or ${field.sql} is null)`, values);
    return null;
  }
  const parsed = parseValue(place, field, value);
  if (operator === '$neq') {
    if (!parsed.ok) return parsed.reason;
    query.whereRaw(`(${field.sql} <> ? or ${field.sql} is null)`, [parsed.value]);
    return null;
  }
  const comparison = COMPARISONS[operator];
  if (comparison === undefined) {
    return `${place} is not an operator. Use $eq, $neq, $gt, $gte, $lt, $lte, $in, $notIn, $exists or $like.`;
  }
  if (!parsed.ok) return parsed.reason;
  if (operator === '$eq' && field.holds !== undefined) {
    query.whereRaw(parsed.value === 1 ? field.holds : `not (${field.holds})`);
    return null;
  }
  query.whereRaw(`${field.sql} ${comparison} ?`, [parsed.value]);
  return null;
}

function parseValue(place: string, field: Field, value: unknown): Parsed {
  const bad = (expected: string): Parsed => ({ ok: false, reason: `${place} must be ${expected}.` });
  switch (field.kind) {
    case 'key': {
      const key = typeof value === 'string' ? (parseKey(value) ?? keyOfNothing(value)) : null;
      return key === null ? bad('a key: a string of digits') : { ok: true, value: key };
    }
    case 'text':
      return typeof value === 'string' ? { ok: true, value } : bad('text');
    case 'integer':
      return Number.isSafeInteger(value)
        ? { ok: true, value: value as number }
        : bad('a whole number below 2^53');
    case 'time': {
      const time = typeof value === 'string' ? readMoment(value) : MOMENT_WORDS;
      return typeof time === 'number'
        ? { ok: true, value: time }
        : { ok: false, reason: `${place} ${time}.` };
    }
    case 'flag':
      return typeof value === 'boolean' ? { ok: true, value: value ? 1 : 0 } : bad('true or false');
    case 'word': {
      const word = typeof value === 'string' ? value.toUpperCase() : '';
      if (!field.words.includes(word)) return bad(`one of ${field.words.join(', ')}`);
      return { ok: true, value: field.stored ? field.stored(word) : word };
    }
  }
}

/** What no key can equal, where a text is written like a key and is none of this server's: one of another system, or "-1". */
function keyOfNothing(text: string): number | null {
  if (!/^-?[0-9]{1,25}$/.test(text)) return null;
  return Math.max(-1, Math.min(Number(text), Number.MAX_SAFE_INTEGER));
}

function addLike(query: Knex.QueryBuilder, sql: string, pattern: string): void {
  // `like` of SQLite is deaf to the case of ASCII letters by itself.
  const { driverName } = query.client as { driverName: string };
  const text = driverName === 'pg' ? `lower(cast(${sql} as text) collate "C")` : sql;
  const lower = likePattern(pattern).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  query.whereRaw(`${text} like ? escape '\\'`, [lower]);
}

/** Turns the pattern of `$like` into one of SQL, escaped by a backslash. */
export function likePattern(pattern: string): string {
  let sql = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === '*') sql += '%';
    else if (character === '?') sql += '_';
    else if (character === '\\' && index + 1 < pattern.length) {
      index += 1;
      sql += escapeLike(pattern[index]);
    } else sql += escapeLike(character);
  }
  return sql;
}

function escapeLike(character: string): string {
  return character === '%' || character === '_' || character === '\\' ? `\\${character}` : character;
}
