/**
 * Slows guessing down: after a few wrong passwords (for one user name, or from one address) within
 * a quarter of an hour, sign-in is refused until the oldest of them is that old.
 */
const WINDOW = 15 * 60 * 1000;
/** Names and addresses remembered, at most; the oldest are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Counts failed sign-ins. */
export interface SignInLimit {
  /** Seconds to wait before the next attempt; 0 where one is allowed. `allowed` failures, or as the limit has it. */
  waitFor(who: string, allowed?: number): number;
  failed(who: string): void;
  /** Forgets the latest failure. */
  takeBack(who: string): void;
  succeeded(who: string): void;
}

/** A limit with an empty memory: `most` failures in the window; `now` in milliseconds. */
export function createSignInLimit(now: () => number, most: number): SignInLimit {
  const failures = new Map<string, number[]>();
  const recent = (who: string): number[] => (failures.get(who) ?? []).filter((time) => time > now() - WINDOW);
  return {
    waitFor(who, allowed = most) {
      const times = recent(who);
      return times.length < allowed ? 0 : Math.ceil((times[0] + WINDOW - now()) / 1000);
    },
    failed(who) {
      const times = [...recent(who), now()].slice(-most);
      failures.delete(who);
      failures.set(who, times);
      if (failures.size > MOST_REMEMBERED) {
        const [oldest] = failures.keys();
        failures.delete(oldest);
      }
    },
    takeBack(who) {
      failures.get(who)?.pop();
    },
    succeeded(who) {
      failures.delete(who);
    },
  };
}
