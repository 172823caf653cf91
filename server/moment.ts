/** Times of filters. A day that no calendar has is refused: moved to the next month it would select other rows than meant. */

const MOMENT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))?$/;

/** How a moment is written, for whoever wrote it otherwise. */
export const MOMENT_WORDS =
  'must be a date such as 2026-01-31, which begins in UTC, or a time with its zone such as 2026-01-31T12:00:00Z';

/**
 * Milliseconds since the epoch of a date (its beginning in UTC) or a time with its zone (RFC 3339, seconds may be left out),
 * or why there are none. Fractions beyond milliseconds are cut off.
 */
export function readMoment(text: string): number | string {
  const parts = MOMENT.exec(text);
  if (!parts) return MOMENT_WORDS;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const millis = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const zone = parts[8] ?? 'Z';
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, millis);
  const isThere =
    local.getUTCFullYear() === year &&
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day &&
    local.getUTCHours() === hour &&
    local.getUTCMinutes() === minute &&
    local.getUTCSeconds() === second;
  if (!isThere) return `must be a time that exists; ${text} does not`;
  return local.getTime() - offsetOf(zone);
}

/** Milliseconds that a zone is ahead of UTC. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
