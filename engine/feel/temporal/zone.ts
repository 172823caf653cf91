/**
 * Time zones. Fixed offsets are plain arithmetic; IANA zones are asked of `temporal-polyfill`, which reads the platform's
 * zone database. Years beyond the library's range are moved by whole 400-year cycles first.
 */
import { Temporal } from 'temporal-polyfill';
import { floorModulo } from './calendar.js';
import { FeelDate, NANOS_PER_SECOND, type Zone } from './values.js';

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

function inRange(year: number): number {
  return Math.abs(year) > 200_000 ? 2000 + floorModulo(year, 400) : year;
}

/** Offset in seconds of a zone at a local date and time. Gaps and overlaps resolve as RFC 5545 has it. */
export function offsetAtLocal(zone: Zone, date: FeelDate, nanos: number): number {
  if (zone.offset !== null) return zone.offset;
  const seconds = Math.floor(nanos / NANOS_PER_SECOND);
  const local = Temporal.ZonedDateTime.from({
    timeZone: zone.id,
    year: inRange(date.year),
    month: date.month,
    day: date.day,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  });
  return Math.round(local.offsetNanoseconds / NANOS_PER_SECOND);
}

/** Offset in seconds of a zone at an instant, given in seconds since 1970 UTC. */
export function offsetAtInstant(zone: Zone, epochSeconds: number): number {
  if (zone.offset !== null) return zone.offset;
  const cycle = 146_097 * 86_400;
  const moved = Math.abs(epochSeconds) > 6e12 ? floorModulo(epochSeconds, cycle) : epochSeconds;
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(moved) * 1000);
  return Math.round(instant.toZonedDateTimeISO(zone.id).offsetNanoseconds / NANOS_PER_SECOND);
}
