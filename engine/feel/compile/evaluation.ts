/** The state of one evaluation: warnings and the count of work done. */
import { FeelLimitError, MAX_CALL_DEPTH, MAX_WARNINGS, MAX_WORK } from '../limits.js';
import type { FeelFunction } from '../values.js';
import type { Evaluation, FeelScope } from '../values.js';

/** A note for the audit row: why something is null. `at` is the offset in the source. */
export interface FeelWarning {
  readonly message: string;
  readonly at?: number;
}

/** An evaluation whose warnings can be read when it is over. */
export interface RunningEvaluation extends Evaluation {
  readonly warnings: FeelWarning[];
}

class Running implements RunningEvaluation {
  readonly warnings: FeelWarning[] = [];
  depth = 0;
  quiet = 0;
  private work = 0;

  constructor(
    public scope: FeelScope,
    readonly nowMs: number,
    public locals: unknown[],
  ) {}

  warn(message: string, at?: number): void {
    if (this.quiet === 0 && this.warnings.length < MAX_WARNINGS)
      this.warnings.push(at === undefined ? { message } : { message, at });
  }

  spend(amount: number): void {
    this.work += amount;
    if (this.work > MAX_WORK)
      throw new FeelLimitError(`The expression did more than ${MAX_WORK} units of work.`);
  }
}

/** Starts an evaluation with room for a number of locals. */
export function startEvaluation(scope: FeelScope, nowMs: number, slots: number): RunningEvaluation {
  return new Running(scope, nowMs, slots === 0 ? NO_LOCALS : new Array<unknown>(slots));
}

const NO_LOCALS: unknown[] = [];

/** Calls a function value with positional arguments; bounds the depth of calls. */
export function callFunction(
  target: FeelFunction,
  args: readonly unknown[],
  evaluation: Evaluation,
): unknown {
  if (args.length < target.arity.min || args.length > target.arity.max) {
    evaluation.warn(`${target.name || 'The function'} can't be called with ${args.length} arguments.`);
    return null;
  }
  if (++evaluation.depth > MAX_CALL_DEPTH)
    throw new FeelLimitError(`Functions call each other deeper than ${MAX_CALL_DEPTH} levels.`);
  evaluation.spend(1);
  const result = target.invoke(args, evaluation);
  evaluation.depth--;
  return result === undefined ? null : result;
}
