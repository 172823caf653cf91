/** Durations of agent tasks: ISO 8601 in days, hours, minutes and seconds. */

const DURATION = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS = [86_400_000, 3_600_000, 60_000, 1000];

/** Milliseconds of a duration such as `PT60S`; null where the text is none. */
export function durationOf(text: string): number | null {
  const parts = DURATION.exec(text.trim())?.slice(1);
  if (!parts || parts.every((part) => part === undefined)) return null;
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * UNITS[index], 0);
}
