/** How long a queue will take, by how fast commits went lately. */

/** An estimate that follows what is measured. */
export interface Pace {
  /** So many items were committed in so many milliseconds; `isAll` where nothing else waited. */
  add(items: number, ms: number, isAll: boolean): void;
  /** Milliseconds that so many items will take. */
  estimate(items: number): number;
}

/**
 * How fast commits go lately. Items and time are averaged apart, so that one stalled commit of few items
 * does not look like a slow database. A commit that took all there was shows the least that can be done: few items
 * in it cost as much as many would, so it counts only where it was faster than the estimate.
 */
export function createPace(): Pace {
  let items = 100;
  let time = 10;
  return {
    add(count, ms, isAll) {
      if (isAll && count * time < ms * items) return;
      items += (count - items) * 0.1;
      time += (ms - time) * 0.1;
    },
    estimate: (count) => (count * time) / items,
  };
}
