/**
 * The alarm of the audit trail: rows that are not what was recorded. Whoever finds one raises it; it is told in the log
 * once for each of the first hundred rows, stands in the figures, and on the page of the audit trail until the server is started again.
 */
import { MOST_TOLD, describeDiffering } from './compare.js';
import type { DifferingRow } from './compare.js';

/** What an alarm shows. */
export interface AlarmFigures {
  /** Rows that were found to differ since the start. */
  readonly differing: number;
  /** The first of them in words; null where there is none. */
  readonly first: string | null;
  /** When that was found, milliseconds since the epoch. */
  readonly since: number | null;
}

/** The alarm of one server. */
export interface Alarm {
  raise(rows: readonly DifferingRow[]): void;
  figures(): AlarmFigures;
}

/** Rows that are told apart; of a trail that was changed all over, the count ends here. */
const MOST = 100_000;

/** An alarm that nobody has raised. `tell` writes to the log. */
export function createAlarm(tell: (error: Error, what: string) => void, now: () => number): Alarm {
  const known = new Set<number>();
  let first: string | null = null;
  let since: number | null = null;
  return {
    raise(rows) {
      for (const row of rows) {
        if (known.has(row.index) || known.size >= MOST) continue;
        known.add(row.index);
        const words = describeDiffering(row);
        // A trail that was changed all over must not fill the log as well.
        if (known.size <= MOST_TOLD)
          tell(new Error(words), 'ALARM: the audit trail is not what was recorded');
        first ??= words;
        since ??= now();
      }
    },
    figures: () => ({ differing: known.size, first, since }),
  };
}
