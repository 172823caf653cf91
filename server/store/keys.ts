/**
 * Keys, leased in blocks: each block is one update of `key_block`, so a key costs nothing. Keys of a
 * block that was not used up are lost, which harms nobody.
 */
import { asKey } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** Gives keys; unique for ever, growing. */
export interface Keys {
  next(): Key;
  /** Leases a block ahead of time when the present one is nearly used up; call it outside of a transaction. */
  refill(): void;
  /** Drops the present block: after a transaction that may have leased it was rolled back. */
  reset(): void;
}

const BLOCK = 20_000;

/** The keys of the database. */
export function createKeys(connection: Database): Keys {
  const lease = connection.prepare(`update key_block set next = next + ? where name = 'key' returning next`);
  let next = 0;
  let end = 0;
  let ahead: { next: number; end: number } | null = null;

  const leaseBlock = (): { next: number; end: number } => {
    const row = lease.get(BLOCK) as { next: number } | undefined;
    if (!row) throw new Error('The table key_block has lost its row');
    return { next: row.next - BLOCK, end: row.next };
  };

  return {
    next() {
      if (next === end) {
        ({ next, end } = ahead ?? leaseBlock());
        ahead = null;
      }
      next += 1;
      return asKey(next - 1);
    },
    refill() {
      if (!ahead && end - next < BLOCK / 2) ahead = leaseBlock();
    },
    reset() {
      next = 0;
      end = 0;
      ahead = null;
    },
  };
}
