/** Chance from a seed: the same seed gives the same choices on every machine, so that a failure can be run again. */

/** A source of choices. */
export interface RandomSource {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** Whether something that happens in `share` of all times (0 to 1) happens now. */
  chance(share: number): boolean;
  /** One of these, each as likely. */
  pick<T>(from: readonly T[]): T;
}

/** A source for a seed, a whole number (mulberry32). */
export function randomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (share) => next() < share,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('There is nothing to choose from.');
      return from[Math.floor(next() * from.length)];
    },
  };
}
