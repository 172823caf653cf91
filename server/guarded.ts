/**
 * Timers and listeners that cannot end the process. Node ends a process whose timer or event callback throws, whose
 * promise is rejected and not caught, and a database that is away makes almost anything throw: so what the server does
 * by itself is begun here, and what goes wrong is told. `setInterval` and `setTimeout` stand nowhere else where work is
 * done (an architecture test holds that).
 */

/** Told of what went wrong, and while what. */
export type OnError = (error: unknown, what: string) => void;

/** Runs `act` to its end, whether at once or as a promise; fulfilled in any case, and what fails is told. */
export async function guarded(what: string, act: () => unknown, onError: OnError): Promise<void> {
  try {
    await act();
  } catch (error) {
    try {
      onError(error, what);
    } catch {
      // Who cannot be told cannot be helped: what was begun goes on.
    }
  }
}

/**
 * Acts every so many milliseconds; the answer ends it. A turn that still goes on is not overtaken: the next one is left
 * out. Keeps no process alive.
 */
export function every(milliseconds: number, what: string, act: () => unknown, onError: OnError): () => void {
  let isActing = false;
  const timer = setInterval(() => {
    if (isActing) return;
    isActing = true;
    void guarded(what, act, onError).then(() => (isActing = false));
  }, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

/** Acts once after so many milliseconds; the answer calls it off. Keeps no process alive. */
export function later(milliseconds: number, what: string, act: () => unknown, onError: OnError): () => void {
  const timer = setTimeout(() => void guarded(what, act, onError), milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

/** A listener for events, whose failures are told. */
export function listener<Values extends readonly unknown[]>(
  what: string,
  act: (...values: Values) => unknown,
  onError: OnError,
): (...values: Values) => void {
  return (...values) => void guarded(what, () => act(...values), onError);
}
