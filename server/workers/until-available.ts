/** Waiting for a database that cannot take a command right now. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../runtime/errors.js';

/** Waits some milliseconds, or until the signal; never rejects. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits by the system's clock; a wait does not keep the process alive. */
export const waitFor: Wait = async (ms, signal) => {
  // An aborted wait is over, which is all that its caller wants to know.
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
};

const MAX_TRIES = 20;

/** Runs a command again while the database is not available; after 20 times throws what it threw. */
export async function untilAvailable<T>(run: () => Promise<T>, wait: Wait): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Unavailable) || tries >= MAX_TRIES) throw error;
      await wait(error.retryAfterMs);
    }
  }
}
