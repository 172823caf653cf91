/**
 * Dates, times and durations as FEEL has them (DMN 1.5, 10.3.2.3.3 to 10.3.2.3.7). They are small frozen classes so that
 * `instanceof` tells them from contexts. Years run from -999,999,999 to 999,999,999, which is more than any
 * library carries; the calendar therefore works on the 400-year cycle (see `calendar.ts`).
 */
import type { FeelNumber } from '../number/decimal.js';

/** A time zone: a fixed offset in seconds, or an IANA zone (offset null). `id` is `Z`, `+05:30` or `Europe/Paris`. */
export interface Zone {
  readonly id: string;
  readonly offset: number | null;
}

/** A date; month and day count from 1. */
export class FeelDate {
  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
  ) {}
}

/** A time of day: nanoseconds since midnight, local where the zone is null. */
export class FeelTime {
  constructor(
    readonly nanos: number,
    readonly zone: Zone | null,
  ) {}
}

/** A date and time: local where the zone is null. */
export class FeelDateTime {
  constructor(
    readonly date: FeelDate,
    readonly nanos: number,
    readonly zone: Zone | null,
  ) {}
}

/** A years and months duration: a whole number of months, may be negative. */
export class YearsMonthsDuration {
  constructor(readonly months: number) {}
}

/** A days and time duration: seconds with fraction, may be negative. */
export class DaysTimeDuration {
  constructor(readonly seconds: FeelNumber) {}
}

/** Nanoseconds of a second. */
export const NANOS_PER_SECOND = 1_000_000_000;
/** Seconds of a day; FEEL has no leap seconds. */
export const SECONDS_PER_DAY = 86_400;
/** Nanoseconds of a day. */
export const NANOS_PER_DAY = SECONDS_PER_DAY * NANOS_PER_SECOND;
/** The last year FEEL knows; the first is its negative. */
export const MAX_YEAR = 999_999_999;
