/**
 * Looks every two seconds at what happens to the system under a server: whether its clock was moved by a sleep, a pause of
 * the machine or a hand, and whether the file of its database is still there.
 */
import { every } from '../guarded.js';
import type { Store } from '../store/store.js';
import type { Clock } from './clock.js';

/** Milliseconds between two looks. */
const LOOK_EVERY = 2_000;

/** What is looked at. */
export interface SystemWatch {
  /** Looks now. What is wrong is told once, until it is right again. */
  look(): void;
  stop(): void;
}

/** Begins to look. What is found, and what a listener of the clock throws, is told to `onError`. */
export function watchSystem(
  clock: Clock,
  { checkFile }: Pick<Store, 'checkFile'>,
  onError: (error: unknown, what: string) => void,
): SystemWatch {
  let wasGone = false;
  const lookAtFile = (): void => {
    try {
      checkFile();
      wasGone = false;
    } catch (error) {
      if (!wasGone) onError(error, 'looking after the file of the database');
      wasGone = true;
    }
  };
  const look = (): void => {
    lookAtFile();
    try {
      clock.look();
    } catch (error) {
      onError(error, 'following the clock of the system');
    }
  };
  return { look, stop: every(LOOK_EVERY, 'looking after the system', look, onError) };
}
