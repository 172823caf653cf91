/**
 * Cron expressions of five, six or seven parts. Those with seconds are read as Spring reads them, which the dialect goes by:
 * day of month and day of week must both fit. Of five parts either may fit, as in crontab. `0/15` begins at 0.
 */
import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { isZone } from './moments.js';

/** A zone is told in front, as crontab has it, or behind, as dates have it. */
const IN_FRONT = /^(?:CRON_)?TZ=(\S+)\s+/;
const BEHIND = /\s*(?:\[([^\]]+)\]|@([A-Za-z_]+\/[\w/+-]+|UTC|GMT))\s*$/;

/** `L-3`: the third day before the last of its month. */
const BEFORE_LAST = /^L-(\d{1,2})$/i;

/** How many months are looked through for such a day: a day of the week, a month and a year may be asked for too. */
const MONTHS = 12 * 40;

/** The first moment after `from` that an expression names; null where it names none, or is none. */
export function nextOfCron(expression: string, from: number): number | null {
  const zone = IN_FRONT.exec(expression)?.[1] ?? BEHIND.exec(expression)?.slice(1).find(Boolean) ?? 'UTC';
  const pattern = expression.replace(IN_FRONT, '').replace(BEHIND, '').trim();
  if (!isZone(zone)) return null;
  const parts = pattern.split(/\s+/);
  const day = parts.length === 5 ? 2 : 3;
  const days = new Set((parts[day] ?? '').split(','));
  if (![...days].some((part) => BEFORE_LAST.test(part))) return next(pattern, zone, from);
  const on = (list: string): string => parts.map((part, index) => (index === day ? list : part)).join(' ');
  return nextInMonths(days, on, zone, from);
}

/** Asks month after month, in each for the days as they are counted there. */
function nextInMonths(
  days: ReadonlySet<string>,
  on: (days: string) => string,
  zone: string,
  from: number,
): number | null {
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate();
  let month = first.toPlainYearMonth();
  for (let count = 0; count < MONTHS; count += 1, month = month.add({ months: 1 })) {
    const here = [...days].flatMap((part) => {
      const before = BEFORE_LAST.exec(part)?.[1];
      if (before === undefined) return [part];
      const day = month.daysInMonth - Number(before);
      return day < 1 ? [] : [String(day)];
    });
    if (here.length === 0) continue;
    const start = month.toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds;
    const end = month.add({ months: 1 }).toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds;
    const moment = next(on(here.join(',')), zone, Math.max(from, start - 1));
    if (moment !== null && moment < end) return moment;
  }
  return null;
}

function next(pattern: string, timezone: string, from: number): number | null {
  const domAndDow = pattern.split(/\s+/).length > 5;
  try {
    const cron = new Cron(pattern, { timezone, paused: true, sloppyRanges: true, domAndDow });
    return cron.nextRun(new Date(from))?.getTime() ?? null;
  } catch {
    return null;
  }
}
