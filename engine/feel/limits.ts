/** The documented bounds of one evaluation. They stop runaway expressions, not honest ones. */
import { MOST_LEVELS } from '../model/json-limits.js';

/** Loop turns, calls and produced list items in one evaluation. */
export const MAX_WORK = 500_000;

/** Depth of nested function calls. */
export const MAX_CALL_DEPTH = 200;

/** Length of any text an expression builds. */
export const MAX_STRING_LENGTH = 5_000_000;

/** Length of an expression's source. */
export const MAX_SOURCE_LENGTH = 200_000;

/** Depth of nested brackets, operators and the like in an expression's source. */
export const MAX_NESTING = 1000;

/** Warnings kept of one evaluation; later ones are dropped. */
export const MAX_WARNINGS = 50;

/** Thrown when an evaluation exceeds a documented limit; nothing else is ever thrown. */
export class FeelLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FeelLimitError';
  }
}

/** Thrown where the result is nested deeper than a value may be: no part of it can be kept. */
export class FeelLevelsError extends FeelLimitError {
  constructor() {
    super(`The value is nested deeper than ${MOST_LEVELS} levels.`);
    this.name = 'FeelLevelsError';
  }
}
