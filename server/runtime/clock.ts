/** The clock that steps, timers, leases and message expiry follow. Tests pin it. */

/** Milliseconds since the epoch, UTC; can be pinned, and tells its listeners when it was moved. */
export interface Clock {
  now(): number;
  /** Stands still at `time` until set again or reset. */
  pin(time: number): void;
  /** Runs with the system's clock again. */
  reset(): void;
  isPinned(): boolean;
  /** Calls `listener` after each pin or reset; the answer stops it. */
  onMoved(listener: () => void): () => void;
}

/** The system's clock, pinned at `time` where given. */
export function createClock(time?: number): Clock {
  let pinned = time;
  const listeners = new Set<() => void>();
  const move = (to: number | undefined): void => {
    pinned = to;
    for (const listener of [...listeners]) listener();
  };
  return {
    now: () => pinned ?? Date.now(),
    pin: (to) => move(to),
    reset: () => move(undefined),
    isPinned: () => pinned !== undefined,
    onMoved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
