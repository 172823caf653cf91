/** The door for JSON: what parses and cannot be kept is refused with its place, text that is no Unicode is made so. */
import type { RequestHandler } from 'express';
import { MOST_LEVELS, describeFault, inspectJson, toUnicode } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';
import { refuse } from './problem.js';

/** A body may be deeper than a value: by itself, and by the object of variables that the value stands in. */
const AROUND_A_VALUE = 2;

/**
 * Parsed JSON as the house takes it in. Refuses what is nested too deep, a number that became infinite, and the
 * character U+0000. `prefix` stands before the place in the sentence.
 */
export function acceptJson(value: unknown, prefix = ''): unknown {
  const levels = MOST_LEVELS + AROUND_A_VALUE;
  const { fault, isUnicode } = inspectJson(value, levels);
  if (fault) {
    throw refuse('INVALID_ARGUMENT', `${prefix}${describeFault(fault, 'The body', MOST_LEVELS)}.`);
  }
  return isUnicode ? value : toUnicode(value as JsonValue);
}

/** Does so with the body that Express has read. */
export const acceptableBody: RequestHandler = (request, _response, next) => {
  request.body = acceptJson(request.body);
  next();
};
