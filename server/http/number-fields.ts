/**
 * The numbers that callers send, each with the range in which it can be added to now, stored, and read again. What is
 * outside is refused with the range.
 */
import { z } from 'zod';

/** A hundred years in milliseconds. */
const LONGEST = 3_155_760_000_000;

/** The end of the year 9999, the last that dates in texts can say (RFC 3339, §5.6). */
const LATEST = 253_402_300_799_999;

/** What an integer column of PostgreSQL holds. */
const LARGEST_COUNT = 2_147_483_647;

/** Whole numbers from `least` to `most`. */
function whole(least: number, most: number): z.ZodInt {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.int({ message }).min(least, { message }).max(most, { message });
}

/** How urgent a user task is. */
export const priorityField = whole(0, 100).nullish();

/** Milliseconds from now: none to a hundred years. */
export const durationField = whole(0, LONGEST);

/** Milliseconds that are no time at all at 0. */
export const positiveDurationField = whole(1, LONGEST);

/** Milliseconds that a caller waits; a negative number: not at all. */
export const patienceField = whole(-LONGEST, LONGEST);

/** Milliseconds since the epoch, until the end of the year 9999. */
export const timeField = whole(0, LATEST);

/** How often a job may be tried: so many times, and below 0 none, as 0. */
export const retriesField = whole(-LARGEST_COUNT - 1, LARGEST_COUNT);

/** As `retriesField`, where none makes no sense. */
export const positiveRetriesField = whole(1, LARGEST_COUNT);
