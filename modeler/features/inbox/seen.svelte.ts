/** Whether what is on screen has been there, unchanged, for long enough to be seen. */

/** The time it takes to notice what a task is; shorter than anybody needs to decide. */
const SEEN_MS = 1000;

/**
 * Follows `what`: an answer that stays the same is seen after a while, as long as the page itself is visible; null is
 * nothing to be seen. Call while a component is set up.
 */
export function seen(what: () => unknown): { readonly yes: boolean } {
  let is = $state(false);
  let visible = $state(document.visibilityState === 'visible');

  $effect(() => {
    is = false;
    if (what() === null || !visible) return undefined;
    const timer = setTimeout(() => (is = true), SEEN_MS);
    return () => clearTimeout(timer);
  });

  $effect(() => {
    const look = (): void => {
      visible = document.visibilityState === 'visible';
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  });

  return {
    get yes() {
      return is;
    },
  };
}
