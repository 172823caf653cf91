/**
 * How many jobs of a type may be given to workers in a time. A limited type has a bucket that fills evenly, up to the
 * count of one interval, and each job that is given takes one from it. Each server counts for itself.
 */

/** So many jobs in so many milliseconds. */
export interface JobRate {
  readonly count: number;
  readonly intervalMs: number;
}

/** Rates by job type; a type that is not named has no limit. */
export type JobRates = Readonly<Record<string, JobRate>>;

/** What may be given now. */
export interface Allowance {
  /** Jobs of the type that may be given at `now`; infinity without a limit. */
  left(type: string, now: number): number;
  /** So many were given; a negative number takes that back. */
  count(type: string, jobs: number, now: number): void;
  /** When the next job of the type may be given: `now` where one may at once. */
  nextAt(type: string, now: number): number;
}

interface Bucket {
  level: number;
  at: number;
}

/** Full buckets. */
export function createAllowance(rates: JobRates): Allowance {
  const limits = new Map(Object.entries(rates));
  const buckets = new Map<string, Bucket>();

  /** The bucket as it is at `now`. A clock that went back leaves it as it is. */
  const bucketAt = (type: string, { count, intervalMs }: JobRate, now: number): Bucket => {
    const bucket = buckets.get(type) ?? { level: count, at: now };
    const gained = (Math.max(0, now - bucket.at) * count) / intervalMs;
    bucket.level = Math.min(count, bucket.level + gained);
    bucket.at = now;
    buckets.set(type, bucket);
    return bucket;
  };

  return {
    left(type, now) {
      const rate = limits.get(type);
      return rate ? Math.max(0, Math.floor(bucketAt(type, rate, now).level + ROUNDING)) : Infinity;
    },
    count(type, jobs, now) {
      const rate = limits.get(type);
      if (rate) bucketAt(type, rate, now).level -= jobs;
    },
    nextAt(type, now) {
      const rate = limits.get(type);
      if (!rate) return now;
      const { level } = bucketAt(type, rate, now);
      if (level + ROUNDING >= 1) return now;
      return now + Math.ceil(((1 - level) * rate.intervalMs) / rate.count - ROUNDING);
    },
  };
}

/** Adding up parts of a job must not leave a whole one out of reach. */
const ROUNDING = 1e-6;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };

/** Reads `mail=10/s, charge=100/min`; null where the text says something else, or names a type twice. */
export function readJobRates(text: string): JobRates | null {
  const rates: [string, JobRate][] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [, type, count, unit] = /^\s*(\S(?:.*\S)?)\s*=\s*([1-9]\d{0,6})\/(s|min|h)\s*$/.exec(part) ?? [];
    if (type === undefined || rates.some(([known]) => known === type)) return null;
    rates.push([type, { count: Number(count), intervalMs: UNITS[unit] }]);
  }
  return Object.fromEntries(rates);
}
