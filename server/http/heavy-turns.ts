/**
 * Work of a request that takes long in one piece, such as reading a large body of JSON: one at a time, and after each a rest
 * as long as the work was, in which everybody else is answered.
 */

/** Does a piece of work when it is its turn; false where too much waits already. */
export type HeavyTurns = (work: () => void) => boolean;

/** The longest rest, in milliseconds. */
const LONGEST_REST_MS = 500;

/** No work yet; of `mostWaiting` pieces at once more are not taken. */
export function takeHeavyTurns(mostWaiting = Infinity): HeavyTurns {
  const waiting: (() => void)[] = [];
  let isBusy = false;
  const next = (): void => {
    const work = waiting.shift();
    isBusy = work !== undefined;
    if (!work) return;
    const began = performance.now();
    try {
      work();
    } finally {
      setTimeout(next, Math.min(LONGEST_REST_MS, performance.now() - began));
    }
  };
  return (work) => {
    if (waiting.length >= mostWaiting) return false;
    waiting.push(work);
    if (isBusy) return true;
    isBusy = true;
    setImmediate(next);
    return true;
  };
}
