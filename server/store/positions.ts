/**
 * Positions of journal rows. On SQLite they count without gaps. On PostgreSQL nodes lease blocks of a
 * sequence: positions grow, nearly in order of time, and numbers that a batch leased and did not use are left out.
 */
import type { Database } from './database.js';

/** Gives positions; each one once. */
export interface Positions {
  next(): number;
  /** Blocks to lease for a batch, going by the one before. */
  wanted(): number;
  /** Adds leased blocks, by their first positions. */
  add(blocks: readonly number[]): void;
  /** Begins again at what the table has: after a rollback, and before each batch of a shared database. */
  reset(): void;
}

/** Positions in a block; migration 0008 makes the sequence step by it. */
export const POSITION_BLOCK = 100;

/** The positions of the journal on `connection`. */
export function createPositions(connection: Database): Positions {
  return connection.dialect === 'sqlite' ? countPositions(connection) : leasePositions(connection);
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
    wanted: () => 0,
    add: () => undefined,
    reset,
  };
}

function leasePositions(connection: Database): Positions {
  const lease = connection.prepare(
    `select nextval('audit_position') as first from generate_series(1, ?::int)`,
  );
  let blocks: number[] = [];
  let next = 0;
  let end = 0;
  let used = 0;
  return {
    next() {
      if (next === end) {
        if (blocks.length === 0) {
          const more = Math.max(1, Math.ceil(used / POSITION_BLOCK / 2));
          blocks = (lease.all(more) as { first: number }[]).map(({ first }) => first);
        }
        next = blocks.shift() ?? 0;
        end = next + POSITION_BLOCK;
      }
      used += 1;
      next += 1;
      return next - 1;
    },
    wanted: () => Math.max(1, Math.ceil(used / POSITION_BLOCK)),
    add(leased) {
      blocks.push(...leased);
    },
    reset() {
      blocks = [];
      next = 0;
      end = 0;
      used = 0;
    },
  };
}
