/**
 * Keeps the heap of a server near what lives in it once it is large. By itself V8 lets a heap grow to two or three times
 * what lives in it before it collects: cheap where it is small, and most of the memory of a server with a large database.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** Bytes of heap from which, and below which again, it is large. */
const LARGE = 88 * 1024 * 1024;
const SMALL = 72 * 1024 * 1024;
/** How far a large heap grows past what lives in it, in percent; 0 leaves it to V8. */
const GROWTH = 40;
/** Milliseconds between two looks. */
const LOOK_EVERY = 250;

/** Looks at the heap now and then; to be called once. V8 reads the flag whenever it has collected. */
export function keepHeapSmall(): void {
  let isLarge = false;
  const look = (): void => {
    const { total_heap_size: size } = getHeapStatistics();
    if (isLarge ? size > SMALL : size < LARGE) return;
    isLarge = !isLarge;
    setFlagsFromString(`--heap-growing-percent=${isLarge ? GROWTH : 0}`);
  };
  setInterval(look, LOOK_EVERY).unref();
}
