/** Texts that may stand for any temporal value, as in `@"…"`. */
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal/text.js';

/** The date, time, date and time or duration a text stands for; null where it is none. */
export function parseTemporal(text: string): unknown {
  return parseDate(text) ?? parseDateTime(text) ?? parseTime(text) ?? parseDuration(text);
}
