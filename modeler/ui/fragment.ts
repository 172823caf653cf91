/**
 * State of a page in the fragment of its address, after the `#`: it can be sent to a colleague and survives a reload,
 * and no server ever sees it.
 */

/** The values in the address; empty where there are none. */
export function readFragment(): Partial<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** Puts values into the address in place of those that were there; empty ones are left out. Makes no history. */
export function writeFragment(values: Record<string, string>): void {
  const filled = Object.entries(values).filter(([, value]) => value !== '');
  const text = new URLSearchParams(filled).toString();
  history.replaceState(history.state, '', location.pathname + location.search + (text && `#${text}`));
}
