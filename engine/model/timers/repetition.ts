/**
 * Repetitions of an interval (ISO 8601, `R/start/period`). The n-th is at start + n × period, reckoned in the zone of the
 * start: a cycle of months that begins on the 31st has each month's last day, and one of days keeps its hour when
 * summer time begins.
 */
import { later, readDuration, readMoment, writeMoment, type Moment } from './moments.js';

/** `2030-01-31T09:00:00+01:00[Europe/Paris]/P1M`: where a cycle is counted from, and by what. */
const ANCHORED = /^(\d.*)\/(P[^/]+)$/;

/** How a cycle is kept between its repetitions: the period alone where it has one length, else with its start. */
export function keepRepetition(start: Moment, period: string): string {
  return lengthOf(period, start.zone) === null ? `${writeMoment(start)}/${period}` : period;
}

/** Whether a text is one that `keepRepetition` gave. */
export function isRepetition(interval: string): boolean {
  return interval.startsWith('P') || ANCHORED.test(interval);
}

/** The first repetition after `now`, of those after the one at `dueAt`, and how many it is behind that. */
export function nextRepetition(
  interval: string,
  dueAt: number,
  now: number,
): { dueAt: number; steps: number } | null {
  const anchored = ANCHORED.exec(interval);
  const start = anchored ? readMoment(anchored[1]) : { at: dueAt, zone: 'UTC' };
  const period = anchored ? anchored[2] : interval;
  if (!start) return null;
  const length = lengthOf(period, start.zone);
  if (length !== null) {
    const steps = Math.max(1, Math.floor((now - dueAt) / length) + 1);
    return { dueAt: dueAt + steps * length, steps };
  }
  const current = anchored ? countUntil(start, period, (at) => at >= dueAt) : 0;
  const next = countUntil(start, period, (at) => at > Math.max(dueAt, now));
  const duration = readDuration(period);
  if (current === null || next === null || !duration) return null;
  const at = later(start, duration, next);
  return at === null ? null : { dueAt: at, steps: next - current };
}

/** The length in milliseconds of a period that is always as long; null where it depends on the calendar. */
function lengthOf(period: string, zone: string): number | null {
  const duration = readDuration(period);
  if (!duration || duration.years || duration.months) return null;
  if (zone !== 'UTC' && !/^[+-]/.test(zone) && (duration.weeks || duration.days)) return null;
  const length = duration.with({ weeks: 0, days: duration.days + duration.weeks * 7 }).total('milliseconds');
  return Math.max(1, Math.trunc(length));
}

/** The first count whose repetition is one that `reaches`; null beyond what a date can be. */
function countUntil(start: Moment, period: string, reaches: (at: number) => boolean): number | null {
  const duration = readDuration(period);
  if (!duration) return null;
  const isReached = (count: number): boolean | null => {
    const at = later(start, duration, count);
    return at === null ? null : reaches(at);
  };
  let below = -1;
  let above = 1;
  for (let reached = isReached(above); reached !== true; reached = isReached(above)) {
    if (reached === null) return null;
    below = above;
    above *= 2;
  }
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (isReached(middle) === false) below = middle;
    else above = middle;
  }
  return above;
}

/** Whether a period leads on at all. */
export function leadsOn(period: string): boolean {
  const duration = readDuration(period);
  const at = duration && later({ at: 0, zone: 'UTC' }, duration);
  return at !== null && at > 0;
}
