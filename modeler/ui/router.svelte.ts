/** A router of the size this app needs: the location as reactive state, links that don't reload, a guard. */

let path = $state(location.pathname);
let search = $state(location.search);
let guard: (() => Promise<boolean>) | null = null;

/** The current location; reading it in a component or effect tracks it. */
export const route = {
  /** The path, decoded by segment on matching, without the query. */
  get path(): string {
    return path;
  },
  /** A query parameter; the empty string where it is absent. */
  query(name: string): string {
    return new URLSearchParams(search).get(name) ?? '';
  },
  /** The whole query string, with its question mark or empty. */
  get search(): string {
    return search;
  },
};

function read(): void {
  path = location.pathname;
  search = location.search;
}

/** Whether the page may be left: asks the person where it holds unsaved work. */
export async function mayLeave(): Promise<boolean> {
  return guard === null || guard();
}

/** Goes to a path of this app. `replace` leaves no entry in the history. */
export async function navigate(to: string, options: { replace?: boolean } = {}): Promise<void> {
  const target = new URL(to, location.origin);
  const leaving = target.pathname !== location.pathname;
  if (leaving && !(await mayLeave())) return;
  history[options.replace ? 'replaceState' : 'pushState'](null, '', target);
  read();
  if (leaving) window.scrollTo(0, 0);
}

/** The current location with some query parameters changed; empty values are dropped. */
export function withQuery(changes: Record<string, string | null>): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The page of a keyset search that the address asks for. */
export function pageInAddress(limit: number): { limit: number; after?: string; before?: string } {
  const query = new URLSearchParams(search);
  const after = query.get('after');
  const before = query.get('before');
  return after ? { limit, after } : before ? { limit, before } : { limit };
}

/** Asks before leaving a page that holds unsaved work; the returned function removes the question. */
export function guardLeaving(ask: () => Promise<boolean>): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = null;
  };
}

/** The values of `:name` segments if the path matches the pattern, else null. */
export function matchPath(pattern: string, at: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean);
  const found = at.split('/').filter(Boolean);
  if (wanted.length !== found.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) values[part.slice(1)] = decodeURIComponent(found[index]);
    else if (part !== found[index]) return null;
  }
  return values;
}

function internal(anchor: HTMLAnchorElement): boolean {
  return (
    anchor.origin === location.origin &&
    !anchor.target &&
    !anchor.hasAttribute('download') &&
    !/^\/(api|v2|assets)\//.test(anchor.pathname)
  );
}

/** Makes links of this app navigate without a reload; returns what undoes it. */
export function interceptLinks(): () => void {
  const onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!(anchor instanceof HTMLAnchorElement) || !anchor.href || !internal(anchor)) return;
    event.preventDefault();
    void navigate(anchor.href);
  };
  addEventListener('click', onClick);
  addEventListener('popstate', read);
  return () => {
    removeEventListener('click', onClick);
    removeEventListener('popstate', read);
  };
}
