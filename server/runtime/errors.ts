/** What the runtime throws: everything else is a value. */

/** The database or the queue cannot take the command now; nothing happened; the caller may try again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';

  /** `retryAfterMs`: milliseconds after which trying again makes sense. */
  constructor(
    message: string,
    readonly retryAfterMs: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** A bug of ours: the step was rolled back. `id` finds it in the log. */
export class Defect extends Error {
  override readonly name = 'Defect';

  constructor(
    message: string,
    readonly id: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** An unexpected error as a defect, with an id of its own where it has none. */
export function asDefect(error: unknown): Defect {
  if (error instanceof Defect) return error;
  return new Defect('Something failed that cannot fail', Date.now().toString(36), error);
}

/**
 * Something has to be fetched before the batch can go on: a definition that another node deployed. The batch
 * is rolled back, `prepare` is awaited, and its work runs again. No caller gets to see it.
 */
export class RunAgain extends Error {
  override readonly name = 'RunAgain';

  constructor(
    message: string,
    readonly prepare: () => Promise<unknown>,
  ) {
    super(message);
  }
}
