/**
 * What callers of other nodes wait for, so that this node tells them when it has brought it about. What it brought about
 * just before it heard of the wait is remembered, too: nobody waits in vain for what came first.
 */
import type { Key } from '@countersign/engine';

/** Keys of instances and user tasks, of which others wait for the end or the change. */
export interface AwaitedElsewhere {
  /** Others wait for these; answers those that were settled here lately. */
  add(keys: readonly Key[]): Key[];
  /** These were settled here; answers those that others wait for. */
  settle(keys: readonly Key[]): Key[];
}

/** Keys remembered of each kind; the oldest are forgotten, and found by the look that nodes take every two seconds. */
const REMEMBERED = 20_000;

/** Nobody waits yet. */
export function createAwaitedElsewhere(): AwaitedElsewhere {
  const awaited = new Set<Key>();
  const settled = new Set<Key>();
  return {
    add(keys) {
      for (const key of keys) remember(awaited, key);
      return keys.filter((key) => settled.has(key));
    },
    settle(keys) {
      for (const key of keys) remember(settled, key);
      return awaited.size === 0 ? [] : keys.filter((key) => awaited.delete(key));
    },
  };
}

function remember(keys: Set<Key>, key: Key): void {
  keys.delete(key);
  keys.add(key);
  if (keys.size <= REMEMBERED) return;
  const [oldest] = keys;
  keys.delete(oldest);
}
