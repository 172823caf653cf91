/**
 * How many passwords are hashed at once: a hash takes a thread of the pool that files and the database need as well, so
 * that it never gets more than its share, and a crowd is turned away at the door.
 */

/** At work, and waiting. */
const AT_ONCE = 2;
const WAITING = 32;

/** Runs hashes. */
export interface Hashing {
  /** The result in its turn; null where too many wait. */
  run<Result>(hash: () => Promise<Result>): Promise<Result> | null;
}

/** An empty queue. */
export function createHashing(): Hashing {
  let atWork = 0;
  const line: (() => void)[] = [];
  const leave = (): void => {
    const next = line.shift();
    if (next) next();
    else atWork -= 1;
  };
  const enter = async (): Promise<void> => {
    if (atWork < AT_ONCE) atWork += 1;
    else await new Promise<void>((resolve) => line.push(resolve));
  };
  return {
    run(hash) {
      if (line.length >= WAITING) return null;
      return enter().then(hash).finally(leave);
    },
  };
}
