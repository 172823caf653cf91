/** Long work on the main thread in slices: between two of them everybody else has a turn. */
import type { Breathe } from '@countersign/engine';

/** How long a slice lasts, in milliseconds. */
const SLICE_MS = 15;

/** A pause whenever a slice is over. */
export function inSlices(now: () => number = () => performance.now()): Breathe {
  let since = now();
  return () => {
    if (now() - since < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = now();
        resolve(undefined);
      });
    });
  };
}
