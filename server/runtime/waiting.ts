/** Callers who wait for something that a later commit brings, of this node or of another. */
import type { Key } from '@countersign/engine';

/** The longest wait that Node's timers can count; with a longer one they would ring at once. */
const LONGEST_WAIT = 2_147_483_647;

/** Those who wait, by the key of what they wait for. */
export interface Waiting<T> {
  /** Fulfilled with what `settle` is given; with undefined when so many milliseconds are over, or the runtime stops. */
  wait(key: Key, ms: number): Promise<T | undefined>;
  /** Ends the wait for a key, if anybody waits. */
  settle(key: Key, value: T | undefined): void;
  /** What is waited for. */
  keys(): Key[];
  /** What is waited for since this was asked the last time. */
  takeNew(): Key[];
}

/** Nobody waits yet; all are let go when `stopping` is aborted. */
export function createWaiting<T>(stopping: AbortSignal): Waiting<T> {
  const waiting = new Map<Key, (value: T | undefined) => void>();
  let added = new Set<Key>();
  return {
    wait(key, ms) {
      added.add(key);
      return new Promise((resolve) => {
        const finish = (value: T | undefined): void => {
          clearTimeout(timer);
          stopping.removeEventListener('abort', giveUp);
          waiting.delete(key);
          added.delete(key);
          resolve(value);
        };
        const giveUp = (): void => finish(undefined);
        const timer = setTimeout(giveUp, Math.min(ms, LONGEST_WAIT));
        stopping.addEventListener('abort', giveUp);
        waiting.set(key, finish);
      });
    },
    settle: (key, value) => waiting.get(key)?.(value),
    keys: () => [...waiting.keys()],
    takeNew() {
      if (added.size === 0) return [];
      const keys = [...added];
      added = new Set();
      return keys;
    },
  };
}
