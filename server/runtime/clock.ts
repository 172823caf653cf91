/** The clock that steps, timers, leases and message expiry follow. Tests pin it. */

/** Milliseconds since the epoch, UTC; can be pinned, and tells its listeners when it was moved. */
export interface Clock {
  now(): number;
  /** Stands still at `time` until set again or reset. */
  pin(time: number): void;
  /** Runs with the system's clock again. */
  reset(): void;
  isPinned(): boolean;
  /** Calls `listener` after each pin or reset, and where the system's clock was found moved; the answer stops it. */
  onMoved(listener: () => void): () => void;
  /**
   * Looks whether the system's clock was moved since the last look. Node's timers follow a steady clock, which stands
   * still while a machine sleeps and knows nothing of a clock that is set: what is due would wait as long again.
   */
  look(): void;
}

/** What the time is taken from; both in milliseconds. */
export interface TimeSources {
  /** The time of day, which may be set. */
  readonly wall: () => number;
  /** A clock that only ever runs. */
  readonly steady: () => number;
}

/** Milliseconds by which the two clocks may part between two looks: clocks that are kept right drift by less. */
const DRIFT = 500;

/** The system's clock, pinned at `time` where given. */
export function createClock(
  time?: number,
  { wall, steady }: TimeSources = { wall: () => Date.now(), steady: () => performance.now() },
): Clock {
  let pinned = time;
  let ahead = wall() - steady();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const move = (to: number | undefined): void => {
    pinned = to;
    tell();
  };
  return {
    now: () => pinned ?? wall(),
    pin: (to) => move(to),
    reset: () => move(undefined),
    isPinned: () => pinned !== undefined,
    onMoved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look() {
      const before = ahead;
      ahead = wall() - steady();
      if (pinned === undefined && Math.abs(ahead - before) > DRIFT) tell();
    },
  };
}
