/** How long a queue will take, by how fast commits went lately. */

/** An estimate that follows what is measured. */
export interface Pace {
  /** So many items were committed in so many milliseconds. */
  add(items: number, ms: number): void;
  /** Milliseconds that so many items will take. */
  estimate(items: number): number;
}

/**
 * How fast commits go lately. Items and time are averaged apart, so that one stalled commit of few items
 * does not look like a slow database.
 */
export function createPace(): Pace {
  let items = 100;
  let time = 10;
  return {
    add(count, ms) {
      items += (count - items) * 0.1;
      time += (ms - time) * 0.1;
    },
    estimate: (count) => (count * time) / items,
  };
}
