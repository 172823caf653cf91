/**
 * Positions of journal rows. On SQLite they count without gaps.
 *
 * On PostgreSQL a sequence gives them, when rows are written and not before: whoever changes a tree has read
 * what the last change of it committed, so that its rows get later positions than those. Until then rows have
 * stand-ins, -1, -2 and so on. Numbers that a rolled back batch took are left out.
 */
import type { Database } from './database.js';

/** Gives positions; each one once. */
export interface Positions {
  /** The next position, or what stands in for it. */
  next(): number;
  /** Puts positions in the place of stand-ins: every `width`th of the values of each list, from the first on. */
  settle(lists: readonly { readonly values: (string | number | null)[]; readonly width: number }[]): void;
  /** Begins again at what the table has: after a rollback. */
  reset(): void;
}

/** The positions of the journal on `connection`. */
export function createPositions(connection: Database): Positions {
  return connection.dialect === 'sqlite' ? countPositions(connection) : takePositions(connection);
}

function countPositions(connection: Database): Positions {
  const last = connection.prepare('select coalesce(max(position), 0) as position from audit');
  let position = 0;
  const reset = (): void => {
    position = (last.get() as { position: number }).position;
  };
  reset();
  return {
    next() {
      position += 1;
      return position;
    },
    settle: () => undefined,
    reset,
  };
}

function takePositions(connection: Database): Positions {
  const take = connection.prepare(
    `select string_agg(nextval('audit_position')::text, ',') as taken from generate_series(1, ?::int)`,
  );
  let count = 0;
  return {
    next() {
      count += 1;
      return -count;
    },
    settle(lists) {
      if (count === 0) return;
      const { taken } = take.get(count) as { taken: string };
      // Another node may take some in between, so that they need not follow each other; but they grow.
      const positions = taken.split(',').map(Number);
      count = 0;
      for (const { values, width } of lists) {
        for (let index = 0; index < values.length; index += width)
          values[index] = positions[-1 - Number(values[index])];
      }
    },
    reset() {
      count = 0;
    },
  };
}
