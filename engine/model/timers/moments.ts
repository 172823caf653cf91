/** Moments and durations of timers (ISO 8601), each with the zone in which days and months are counted from it. */
import { Temporal } from 'temporal-polyfill';

/** A moment, and where its calendar is. */
export interface Moment {
  readonly at: number;
  /** A zone of the IANA database, an offset, or UTC. */
  readonly zone: string;
}

const OFFSET = /T.*?(Z|[+-][0-9]{2}(?::?[0-9]{2}){0,2})$/i;

/**
 * A date and time. The zone is that in brackets (`2030-01-31T09:00:00+01:00[Europe/Paris]`, RFC 9557) or after the at
 * sign of FEEL (`2030-01-31T09:00:00@Europe/Paris`), else the offset, else UTC. Null where it is none.
 */
export function readMoment(value: string): Moment | null {
  const bracketed = value.replace(/@(.+)$/, '[$1]');
  try {
    if (bracketed.endsWith(']')) {
      const moment = Temporal.ZonedDateTime.from(bracketed, { offset: 'use' });
      return { at: moment.epochMilliseconds, zone: moment.timeZoneId };
    }
    const offset = OFFSET.exec(value)?.[1];
    if (offset === undefined) {
      const moment = Temporal.PlainDateTime.from(value).toZonedDateTime('UTC');
      return { at: moment.epochMilliseconds, zone: 'UTC' };
    }
    const zone = /^z$/i.test(offset) || offset.split(':').length > 2 ? 'UTC' : offset;
    return { at: Temporal.Instant.from(value).epochMilliseconds, zone };
  } catch {
    return null;
  }
}

/** A moment as it can be read again. */
export function writeMoment({ at, zone }: Moment): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toString();
}

/** Whether a text names a zone that is known. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** A duration, positive or not; null where it is none. */
export function readDuration(value: string): Temporal.Duration | null {
  try {
    return Temporal.Duration.from(value);
  } catch {
    return null;
  }
}

/** The moment a duration after another, in its calendar; null beyond what a date can be. */
export function later({ at, zone }: Moment, duration: Temporal.Duration, times = 1): number | null {
  try {
    const many = Temporal.Duration.from({
      years: duration.years * times,
      months: duration.months * times,
      weeks: duration.weeks * times,
      days: duration.days * times,
      hours: duration.hours * times,
      minutes: duration.minutes * times,
      seconds: duration.seconds * times,
      milliseconds: duration.milliseconds * times,
    });
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).add(many).epochMilliseconds;
  } catch {
    return null;
  }
}
