/**
 * Acts that can be taken back for some seconds before they are done. One waits from `later` until its time is over, or
 * until somebody does it now or takes it back; while somebody looks at the bar that shows it, the time stands still.
 */

/** Something that will be done soon. */
export interface Act {
  readonly id: string;
  /** What was decided, in a few words. */
  readonly what: string;
  /** Does it; whoever calls `later` handles what fails. */
  readonly run: () => Promise<void>;
  /** Called when it was taken back. */
  readonly undo: () => void;
}

/** An act on the bar. `secondsLeft` counts down; `running` once it is being done. */
export interface Waiting {
  readonly act: Act;
  readonly secondsLeft: number;
  readonly running: boolean;
}

/** How long an act can be taken back. */
export const UNDO_MS = 5000;
const TICK_MS = 250;

let waiting = $state.raw<readonly (Waiting & { left: number })[]>([]);
/** Who wants the time to stand still; it runs when nobody does. */
const pausedBy = new Set<string>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** What can still be taken back, or is being done; the newest last. Reactive. */
export function waitingActs(): readonly Waiting[] {
  return waiting;
}

/** Does an act after some seconds, unless it is taken back. */
export function later(act: Act): void {
  waiting = [...waiting, { act, left: UNDO_MS, secondsLeft: Math.ceil(UNDO_MS / 1000), running: false }];
  ticking ??= setInterval(tick, TICK_MS);
}

/** Takes an act back; of one that is being done nothing is taken back. */
export function takeBack(id: string): void {
  const found = waiting.find((one) => one.act.id === id && !one.running);
  if (!found) return;
  remove(id);
  found.act.undo();
}

/** Does an act now. */
export async function doNow(id: string): Promise<void> {
  const found = waiting.find((one) => one.act.id === id && !one.running);
  if (!found) return;
  change(id, { running: true });
  try {
    await found.act.run();
  } finally {
    remove(id);
  }
}

/** Does everything that waits now; fulfilled when all of it is done, or has failed. */
export async function doAllNow(): Promise<void> {
  await Promise.all(waiting.map(({ act }) => doNow(act.id)));
}

/** Forgets what waits without doing it and without taking it back: the person it belongs to is gone. */
export function dropWaiting(): void {
  waiting = waiting.filter(({ running }) => running);
}

/** Lets the time stand still for a reason, or takes that reason away: the time runs again when none is left. */
export function pauseUndo(reason: string, stands: boolean): void {
  if (stands) pausedBy.add(reason);
  else pausedBy.delete(reason);
}

function tick(): void {
  if (waiting.length === 0) {
    clearInterval(ticking);
    ticking = undefined;
    // A bar that goes away under a pointer is not left by it.
    pausedBy.clear();
  }
  if (pausedBy.size > 0) return;
  for (const { act, left, running } of waiting) {
    if (running) continue;
    const rest = left - TICK_MS;
    if (rest <= 0) void doNow(act.id);
    else change(act.id, { left: rest, secondsLeft: Math.ceil(rest / 1000) });
  }
}

function change(id: string, what: Partial<Waiting & { left: number }>): void {
  waiting = waiting.map((one) => (one.act.id === id ? { ...one, ...what } : one));
}

function remove(id: string): void {
  waiting = waiting.filter((one) => one.act.id !== id);
}
