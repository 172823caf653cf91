/**
 * Long work that can pause: a generator yields where others may have their turn. Who has nobody to wait for runs it
 * through; a server runs it in slices.
 */

/** Work with pauses, and what it gives. */
export type Pausing<Result> = Generator<undefined, Result>;

/** Asked at each pause; what it gives is awaited before the work goes on. */
export type Breathe = () => Promise<unknown> | undefined;

/** Runs work without a pause. */
export function withoutPause<Result>(work: Pausing<Result>): Result {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** Runs work with the pauses that `breathe` makes; with none where it is absent. */
export async function withPauses<Result>(work: Pausing<Result>, breathe?: Breathe): Promise<Result> {
  let step = work.next();
  while (!step.done) {
    const pause = breathe?.();
    if (pause) await pause;
    step = work.next();
  }
  return step.value;
}
