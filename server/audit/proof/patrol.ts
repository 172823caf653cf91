/**
 * Goes over the tree again and again, a tile at a time, and raises the alarm for every row that is not the one its leaf
 * was taken of. It takes little: after each tile it rests for many times as long as that took.
 */
import { TILE_WIDTH } from '@countersign/engine';
import type { Knex } from 'knex';
import { lastCheckpoint } from '../../store/audit-tree.js';
import type { Alarm } from './alarm.js';
import { differingRows } from './compare.js';
import { readTileLeaves } from './tile-leaves.js';

/** A patrol under way. */
export interface Patrol {
  /** Looks at the next tile at once; fulfilled with whether it was the last one of the tree. */
  step(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a patrol needs. */
export interface PatrolParts {
  readonly knex: Knex;
  readonly alarm: Alarm;
  readonly onError: (error: unknown, what: string) => void;
}

/** Rest after a tile, in times of what it took. */
const REST = 40;
/** Milliseconds between the end of one round and the beginning of the next. */
const BETWEEN_ROUNDS = 10_000;
/** Milliseconds after something failed, such as a database that is away. */
const AFTER_FAILURE = 60_000;

/** Starts it. */
export function startPatrol({ knex, alarm, onError }: PatrolParts): Patrol {
  let tile = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isFailing = false;
  let under: Promise<unknown> = Promise.resolve();

  const step = async (): Promise<boolean> => {
    const size = (await lastCheckpoint(knex))?.size ?? 0;
    if (tile * TILE_WIDTH < size) {
      alarm.raise(differingRows(await readTileLeaves(knex, tile, size)));
      tile += 1;
    }
    if (tile * TILE_WIDTH < size) return false;
    tile = 0;
    return true;
  };
  const next = (delay: number): void => {
    if (isClosed) return;
    timer = setTimeout(() => {
      const began = performance.now();
      under = step().then(
        (isOver) => {
          isFailing = false;
          next(isOver ? BETWEEN_ROUNDS : (performance.now() - began) * REST);
        },
        (error: unknown) => {
          if (!isFailing && !isClosed) onError(error, 'looking over the audit trail');
          isFailing = true;
          next(AFTER_FAILURE);
        },
      );
    }, delay);
    timer.unref();
  };
  next(BETWEEN_ROUNDS);

  return {
    step,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await under;
    },
  };
}
