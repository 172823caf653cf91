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

/** Thrown when an evaluation ends without a value; nothing else is ever thrown. */
export abstract class FeelFailure extends Error {}

/** Thrown when an evaluation exceeds a documented limit. */
export class FeelLimitError extends FeelFailure {
  constructor(message: string) {
    super(message);
    this.name = 'FeelLimitError';
  }
}

/** Thrown where `assert` finds that its condition does not hold: the message is the cause that the expression gives. */
export class FeelAssertionError extends FeelFailure {
  constructor(message: string) {
    super(message);
    this.name = 'FeelAssertionError';
  }
}

/** Thrown where a value cannot be kept as JSON: an expression that gives it has failed, it did not give null. */
export abstract class FeelUnkeptError extends FeelLimitError {
  /** The rest of a sentence that begins with the expression, and what to do. */
  abstract readonly gave: string;
}

/** Thrown where the result is nested deeper than a value may be: no part of it can be kept. */
export class FeelLevelsError extends FeelUnkeptError {
  readonly gave = `gave a value that is nested deeper than ${MOST_LEVELS} levels. Make it flatter, or a text.`;

  constructor() {
    super(`The value is nested deeper than ${MOST_LEVELS} levels.`);
    this.name = 'FeelLevelsError';
  }
}

/** Thrown where a whole number in the result has more than 64 bits, and no double shows it. */
export class FeelDigitsError extends FeelUnkeptError {
  readonly gave: string;

  constructor(value: bigint) {
    super(`The value has the whole number ${value}, which is beyond 64 bits.`);
    this.gave = `gave the whole number ${value}, which is beyond 64 bits. Make it smaller, or a text.`;
    this.name = 'FeelDigitsError';
  }
}
