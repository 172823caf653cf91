/**
 * Takes checkpoints to an anchor outside, never on the commit path: the newest one when the former is done, again
 * and later each time while it fails. A receipt is stored for each that was taken.
 */
import type { StoredCheckpoint } from '../../store/audit-tree.js';

/** What an anchor did with a checkpoint: its receipt, as text. */
export type Anchor = (checkpoint: StoredCheckpoint) => Promise<string>;

/** An anchor that is being served. */
export interface Anchoring {
  /** There is a newer checkpoint. */
  add(checkpoint: StoredCheckpoint): void;
  /**
   * Takes this checkpoint, or a newer one that waits, now, after what is in hand. Fulfilled when it was taken, could
   * not be, or `patience` milliseconds are over: then it is taken later.
   */
  takeNow(checkpoint: StoredCheckpoint, patience: number): Promise<void>;
  close(): Promise<void>;
}

/** How an anchor is served. */
export interface AnchoringOptions {
  readonly save: (size: number, receipt: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Milliseconds between two checkpoints, and before the first new try; it doubles up to ten minutes. */
  readonly interval: number;
}

const LONGEST_PAUSE = 600_000;

/** Serves an anchor. */
export function startAnchoring(anchor: Anchor, { save, onError, interval }: AnchoringOptions): Anchoring {
  let newest: StoredCheckpoint | undefined;
  let sizeTaken = -1;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let pause = interval;
  let ended = -Infinity;
  let isClosed = false;

  const run = async (): Promise<void> => {
    const taken = newest;
    newest = undefined;
    if (!taken || taken.size <= sizeTaken) return;
    try {
      await save(taken.size, await anchor(taken));
      sizeTaken = taken.size;
      pause = interval;
    } catch (error) {
      newest ??= taken;
      onError(error);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  };
  const begin = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    running = run().finally(() => {
      running = undefined;
      ended = performance.now();
      schedule(pause);
    });
    return running;
  };
  const schedule = (delay: number): void => {
    if (timer || running || isClosed || !newest) return;
    timer = setTimeout(() => void begin(), delay).unref();
  };
  const beginNext = async (): Promise<void> => {
    await running;
    // Several that waited share the next one.
    if (!isClosed) await (running ?? begin());
  };

  return {
    add(checkpoint) {
      newest = checkpoint;
      schedule(Math.max(0, ended + interval - performance.now()));
    },
    async takeNow(checkpoint, patience) {
      if (isClosed) return;
      if (checkpoint.size > (newest?.size ?? -1)) newest = checkpoint;
      let limit: NodeJS.Timeout | undefined;
      const isOver = new Promise<void>((resolve) => {
        limit = setTimeout(resolve, patience);
      });
      await Promise.race([beginNext(), isOver]);
      clearTimeout(limit);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
