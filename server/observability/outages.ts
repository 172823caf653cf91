/**
 * A database that is away makes everything fail that the server does by itself, many times a second. The log has one line
 * when that begins and one when it is over; what failed between them is counted.
 *
 *   failure, or unreachable ──▶ away ──▶ nothing failed for a while ──▶ back
 *
 * What still fails soon afterwards, such as a query that waited for a silent connection, belongs to it.
 */
import type { Logger } from 'pino';
import { every } from '../guarded.js';
import { Unavailable } from '../runtime/errors.js';
import { isConnectionFailure, saysDatabaseIsAway } from '../store/failure.js';

/** What there was of outages since the server started. */
export interface OutageFigures {
  /** Seconds in which the database could not be used, those of an outage that lasts included. */
  readonly seconds: number;
  /** What failed for that and was not logged. */
  readonly failures: number;
}

/** Knows whether the database is away. */
export interface Outages {
  /** Whether a failure is the database's being away: then it is counted, and is not to be logged. */
  takes(error: unknown, what: string): boolean;
  /** Looks by itself from now on. */
  watch(isReachable: () => boolean): void;
  figures(): OutageFigures;
  /** Looks no more. */
  stop(): void;
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 250;
/** Milliseconds without a failure after which it is over. */
const OVER_AFTER = 3_000;
/** Milliseconds in which what fails afterwards still belongs to it. */
const ECHO = 15_000;

/** Tells of outages in `log`; `now` in milliseconds. */
export function createOutages(log: Pick<Logger, 'error' | 'warn'>, now: () => number = Date.now): Outages {
  let since: number | null = null;
  /** The last moment at which the database was away, or something failed for that. */
  let lastSign = -Infinity;
  let seconds = 0;
  let failures = 0;
  let failuresBefore = 0;
  let isReachable = (): boolean => true;
  let stopLooking = (): void => undefined;

  const begin = (err: unknown, what: string): void => {
    since = now();
    failuresBefore = failures;
    const text =
      'the database cannot be used: commands and reads are refused, and what fails is counted, until it can';
    log.error({ err, what }, text);
  };
  const look = (): void => {
    if (!isReachable()) {
      lastSign = now();
      if (since === null) begin(new Error('The database cannot be reached'), 'looking after the database');
    } else if (since !== null && now() - lastSign > OVER_AFTER) {
      const lasted = Math.max(0, lastSign - since) / 1000;
      log.warn({ seconds: lasted, failures: failures - failuresBefore }, 'the database can be used again');
      seconds += lasted;
      since = null;
    }
  };

  return {
    takes(error, what) {
      const cause = error instanceof Unavailable ? error.cause : error;
      // A connection that failed may be one to something else, unless the database is known to be away.
      const isKnown = since !== null || !isReachable() || now() - lastSign < ECHO;
      if (!saysDatabaseIsAway(cause) && !(isKnown && isConnectionFailure(cause))) return false;
      const isEcho = since === null && now() - lastSign < ECHO;
      if (!isEcho) lastSign = now();
      if (!isEcho && since === null) begin(error, what);
      failures += 1;
      return true;
    },
    watch(reaches) {
      isReachable = reaches;
      // A look writes to the log at most.
      stopLooking = every(LOOK_EVERY, 'looking after the database', look, () => undefined);
    },
    figures: () => ({ seconds: seconds + (since === null ? 0 : (now() - since) / 1000), failures }),
    stop: () => stopLooking(),
  };
}
