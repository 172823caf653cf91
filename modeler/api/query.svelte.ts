/** Reactive reading: loads again when what the loader read has changed, keeps the old data while it does. */
import { NO_CONNECTION } from './connection.svelte.js';
import { problemOf, type Problem } from './request.js';

/** What a page sees of a running or finished load. */
export interface Query<T> {
  readonly data: T | undefined;
  readonly problem: Problem | null;
  /** True until the first answer for the current inputs, also while the server cannot be reached. */
  readonly loading: boolean;
  reload(): void;
}

/** Time to wait before asking an unreachable server again. */
const RETRY_MS = 3000;

/**
 * Starts loading and follows its inputs. Call while a component is set up. State read by `load` before its
 * first await is tracked; `load` may return null when there is nothing to ask for yet.
 */
export function query<T>(load: (signal: AbortSignal) => Promise<T> | null): Query<T> {
  let data = $state.raw<T | undefined>();
  let problem = $state.raw<Problem | null>(null);
  let loading = $state(true);
  let turn = $state(0);
  /** A reload while a load is under way waits for it: news that come fast must not starve the page. */
  let underWay = false;
  let again = false;

  function settle(): void {
    underWay = false;
    loading = false;
    if (again) turn++;
    again = false;
  }

  // Reading the turn makes a reload, and a change of what `load` reads, start over.
  $effect(() => start(turn));

  function start(_turn: number): (() => void) | undefined {
    again = false;
    const abort = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    const pending = load(abort.signal);
    if (!pending) {
      loading = false;
      data = undefined;
      return undefined;
    }
    loading = true;
    underWay = true;
    pending.then(
      (answer) => {
        if (abort.signal.aborted) return;
        data = answer;
        problem = null;
        settle();
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const failed = problemOf(error);
        const unreachable = failed.title === NO_CONNECTION;
        // The app says once that nobody answers; for the page the answer is still on its way.
        problem = unreachable ? null : failed;
        settle();
        loading = unreachable;
        if (failed.status === 0) retry = setTimeout(() => turn++, RETRY_MS);
      },
    );
    return () => {
      abort.abort();
      underWay = false;
      clearTimeout(retry);
    };
  }

  return {
    get data() {
      return data;
    },
    get problem() {
      return problem;
    },
    get loading() {
      return loading;
    },
    reload() {
      if (underWay) again = true;
      else turn++;
    },
  };
}
