/**
 * Time zones. Fixed offsets are plain arithmetic; IANA zones are asked of `temporal-polyfill`, which reads the platform's
 * zone database.
 */
import { Temporal } from 'temporal-polyfill';
import { epochDays, floorModulo } from './calendar.js';
import { NANOS_PER_SECOND, SECONDS_PER_DAY, type FeelDate, type Zone } from './values.js';

/** Coordinated universal time. */
export const UTC: Zone = { id: 'Z', offset: 0 };

/** Offsets reach 18 hours either way, as the platforms that run FEEL have it. */
const MAX_OFFSET = 18 * 3600;

const knownZones = new Map<string, boolean>();

function isKnown(id: string): boolean {
  const cached = knownZones.get(id);
  if (cached !== undefined) return cached;
  let known = /^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(id);
  try {
    if (known) Temporal.ZonedDateTime.from({ timeZone: id, year: 2000, month: 1, day: 1 });
  } catch {
    known = false;
  }
  if (knownZones.size < 2000) knownZones.set(id, known);
  return known;
}

/** A zone with a fixed offset in seconds; null beyond 18 hours. */
export function offsetZone(seconds: number): Zone | null {
  if (!Number.isInteger(seconds) || Math.abs(seconds) > MAX_OFFSET) return null;
  if (seconds === 0) return UTC;
  const size = Math.abs(seconds);
  const part = (value: number): string => String(value).padStart(2, '0');
  const rest = size % 60;
  const id = `${seconds < 0 ? '-' : '+'}${part(Math.floor(size / 3600))}:${part(Math.floor(size / 60) % 60)}`;
  return { id: rest === 0 ? id : `${id}:${part(rest)}`, offset: seconds };
}

/** The zone that ends an ISO text: `Z`, `+hh:mm`, `+hh:mm:ss` or `@Area/City`; null where it isn't one. */
export function parseZone(text: string): Zone | null {
  if (text === 'Z' || text === 'z') return UTC;
  if (text.startsWith('@')) return isKnown(text.slice(1)) ? { id: text.slice(1), offset: null } : null;
  const match = /^([+-])(\d\d):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (!match) return null;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return offsetZone(match[1] === '-' ? -seconds : seconds);
}

/** How a zone is written after a time. */
export function zoneSuffix(zone: Zone | null): string {
  return zone === null ? '' : zone.offset === null ? `@${zone.id}` : zone.id;
}

const DAY = SECONDS_PER_DAY;
const CYCLE = 146_097 * DAY;
/** Spans over which a zone is looked at: its rules change at most once in eight days, and at whole minutes. */
const LONG_SPAN = 8 * DAY;
const SHORT_SPAN = 60;
const MAX_CACHED = 20_000;

const FIRST = Date.UTC(1800, 0, 1) / 1000;
const LAST = Date.UTC(2200, 0, 1) / 1000;

/** Zones have local mean time before 1800, and rules that repeat with the calendar after 2200. */
function withinRules(epochSeconds: number): number {
  if (epochSeconds < FIRST) return FIRST;
  return epochSeconds < LAST ? epochSeconds : LAST - CYCLE + floorModulo(epochSeconds - LAST, CYCLE);
}

function askLibrary(id: string, epochSeconds: number): number {
  const instant = Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1000);
  return Math.round(instant.toZonedDateTimeISO(id).offsetNanoseconds / NANOS_PER_SECOND);
}

/** Offsets by zone and span; null where the offset changes within a long span. The library takes its time, so they are kept. */
const offsets = new Map<string, number | null>();

function remembered(key: string, make: () => number | null): number | null {
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (offsets.size >= MAX_CACHED) offsets.clear();
  offsets.set(key, made);
  return made;
}

/** Offset in seconds of a zone at an instant, given in seconds since 1970 UTC. */
export function offsetAtInstant(zone: Zone, epochSeconds: number): number {
  if (zone.offset !== null) return zone.offset;
  const at = withinRules(Math.floor(epochSeconds));
  const long = Math.floor(at / LONG_SPAN);
  const steady = remembered(`${zone.id} ${long}`, () => {
    const before = askLibrary(zone.id, long * LONG_SPAN);
    return before === askLibrary(zone.id, (long + 1) * LONG_SPAN) ? before : null;
  });
  if (steady !== null) return steady;
  const short = Math.floor(at / SHORT_SPAN);
  return remembered(`${zone.id} m${short}`, () => askLibrary(zone.id, short * SHORT_SPAN)) ?? 0;
}

/** Offset in seconds of a zone at a local date and time. Gaps and overlaps resolve as RFC 5545 has it: by the offset before. */
export function offsetAtLocal(zone: Zone, date: FeelDate, nanos: number): number {
  if (zone.offset !== null) return zone.offset;
  const local = epochDays(date) * DAY + Math.floor(nanos / NANOS_PER_SECOND);
  const before = offsetAtInstant(zone, local - DAY);
  const after = offsetAtInstant(zone, local + DAY);
  if (before === after || offsetAtInstant(zone, local - before) === before) return before;
  return offsetAtInstant(zone, local - after) === after ? after : before;
}
