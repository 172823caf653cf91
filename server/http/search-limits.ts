/**
 * How much a search may ask for at once. Every condition becomes a part of one statement, which the databases read at once
 * and refuse beyond limits of their own, so a request for more is told here what it may have.
 */
import type { RequestHandler } from 'express';
import { refuse } from './problem.js';

/** Filters beside each other in `$or`. */
const MOST_ALTERNATIVES = 100;
/** Conditions and values in a filter, all of it together. */
const MOST_PARTS = 5_000;
/** How deep a filter may be. */
const MOST_LEVELS = 20;
const MOST_SORTED = 20;
const LONGEST_TEXT = 10_000;
/** Each wildcard of a pattern is tried at each place of each value. */
const LONGEST_PATTERN = 1_000;

/** Refuses filters and sorting beyond the limits, whichever route they are for. */
export const boundedSearches: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  if (isObject(body)) {
    const reason = sortTooLong(body.sort) ?? filterTooLarge(body.filter);
    if (reason !== null) throw refuse('INVALID_ARGUMENT', reason);
  }
  next();
};

function sortTooLong(sort: unknown): string | null {
  if (!Array.isArray(sort) || sort.length <= MOST_SORTED) return null;
  return `sort has ${String(sort.length)} fields; ${String(MOST_SORTED)} are the most.`;
}

function filterTooLarge(filter: unknown): string | null {
  let parts = 0;
  const look = (value: unknown, name: string, level: number): string | null => {
    parts += 1;
    if (parts > MOST_PARTS)
      return `filter has more than ${String(MOST_PARTS)} conditions and values. Ask in several requests.`;
    if (typeof value === 'string') return textTooLong(value, name);
    if (typeof value !== 'object' || value === null) return null;
    if (level > MOST_LEVELS) return `filter is more than ${String(MOST_LEVELS)} levels deep.`;
    if (name === '$or' && Array.isArray(value) && value.length > MOST_ALTERNATIVES)
      return `filter.$or has ${String(value.length)} filters; ${String(MOST_ALTERNATIVES)} are the most.`;
    for (const [key, inner] of Object.entries(value)) {
      const reason = look(inner, Array.isArray(value) ? name : key, level + 1);
      if (reason !== null) return reason;
    }
    return null;
  };
  return isObject(filter) ? look(filter, 'filter', 0) : null;
}

function textTooLong(text: string, name: string): string | null {
  const most = name === '$like' ? LONGEST_PATTERN : LONGEST_TEXT;
  if (text.length <= most) return null;
  return `A value of ${name.slice(0, 50)} in the filter has ${String(text.length)} characters; ${String(most)} are the most.`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
