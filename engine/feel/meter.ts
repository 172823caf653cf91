/** Counts work where a value may be far larger than it looks: lists that share their parts can unfold without end. */
import { FeelLimitError, MAX_WORK } from './limits.js';

/** Takes note of work done; throws FeelLimitError when it is too much. An evaluation is one. */
export interface Meter {
  spend(amount: number): void;
}

/** A meter of its own, for work outside an evaluation. */
export function freshMeter(): Meter {
  let work = 0;
  return {
    spend: (amount) => {
      work += amount;
      if (work > MAX_WORK) throw new FeelLimitError(`A value has more than ${MAX_WORK} parts.`);
    },
  };
}
