/**
 * Keys of pages. A key does what a page says only where it can be meant: no dialog or menu is open, and none was open
 * when any key that is still down went down; the key is not repeating; nobody is writing in a field. A key that decides
 * must stand alone besides: what comes right after another key, or right before one, is a word that somebody types.
 */

/** What a key does on a page. */
export interface PageKey {
  readonly act: () => void;
  /** The key decides something for somebody: it must stand alone. */
  readonly decides?: boolean;
  /** Holding the key down does it again and again. */
  readonly repeats?: boolean;
}

/** The keys of a page by name: `j`, `Enter`, `?`; `mod+s` with Ctrl or Cmd, which acts in fields as well. */
export type PageKeys = Readonly<Record<string, PageKey | undefined>>;

/** How long no key may have been pressed before one that decides, and how long none may follow. */
const QUIET_BEFORE_MS = 400;
const QUIET_AFTER_MS = 250;

const FIELDS = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
const PRESSED_BY_ENTER = 'a, button, summary, [role="button"], [role="tab"]';

const pages: (() => PageKeys)[] = [];
const down = new Set<string>();
/** Keys that were down when a dialog or menu opened or closed: held down further, they write nothing in what is there now. */
let stale = new Set<string>();
let holders = 0;
/** A dialog was open, and a key is still down from then. */
let draining = false;
let lastKeyAt = -Infinity;
let armed: ReturnType<typeof setTimeout> | undefined;
let listening = false;

/** Gives the page keys until the returned function is called; of two pages the later one is asked first. */
export function giveKeys(keys: () => PageKeys): () => void {
  listen();
  pages.push(keys);
  return () => {
    pages.splice(pages.indexOf(keys), 1);
    disarm();
  };
}

/** Takes the keys from all pages while a dialog or menu is open; the returned function gives them back. */
export function holdKeys(): () => void {
  listen();
  disarm();
  holders++;
  stale = new Set(down);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    holders--;
    draining = down.size > 0;
    stale = new Set(down);
  };
}

/** Whether a key on a page that is no field does nothing there: somebody is typing into nowhere. */
export function isTypedIntoNowhere(event: KeyboardEvent): boolean {
  if (event.key.length !== 1 || event.repeat || holders > 0 || draining) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return !(elementOf(event)?.closest(FIELDS) ?? false) && keyFor(event) === undefined;
}

function listen(): void {
  if (listening) return;
  listening = true;
  addEventListener('keydown', onDown, true);
  addEventListener('keydown', onPageKey);
  addEventListener('keyup', onUp, true);
  addEventListener('blur', onBlur);
}

function elementOf(event: Event): Element | null {
  // What stands in a shadow root tells itself by the path alone.
  const [target] = event.composedPath();
  return target instanceof Element ? target : null;
}

function isWriting(event: KeyboardEvent): boolean {
  const isText = elementOf(event)?.closest('textarea, [contenteditable]') ?? null;
  return isText !== null && !event.ctrlKey && !event.metaKey;
}

function onDown(event: KeyboardEvent): void {
  // A key that is held down would press a button, or send a form, again and again, or write into a field that has just
  // come up under it.
  if (event.repeat && (stale.has(event.code) || (event.key === 'Enter' && !isWriting(event)))) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.repeat) return;
  down.add(event.code);
  disarm();
}

function onUp(event: KeyboardEvent): void {
  // While Cmd is down, macOS tells of no other key that it went up.
  if (event.key === 'Meta') down.clear();
  down.delete(event.code);
  stale.delete(event.code);
  if (down.size === 0) draining = false;
}

function onBlur(): void {
  down.clear();
  stale.clear();
  draining = false;
  disarm();
}

function disarm(): void {
  clearTimeout(armed);
  armed = undefined;
}

function nameOf(event: KeyboardEvent): string {
  if (event.ctrlKey || event.metaKey)
    return `mod+${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
  return event.key;
}

function keyFor(event: KeyboardEvent): PageKey | undefined {
  const name = nameOf(event);
  for (const keys of [...pages].reverse()) {
    const all = keys();
    if (Object.hasOwn(all, name) && all[name]) return all[name];
  }
  return undefined;
}

function onPageKey(event: KeyboardEvent): void {
  const since = event.timeStamp - lastKeyAt;
  if (!event.repeat && event.key.length === 1) lastKeyAt = event.timeStamp;
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const withMod = event.ctrlKey || event.metaKey;
  const on = elementOf(event);
  if (!withMod && on?.closest(FIELDS)) return;
  if (event.key === 'Enter' && !withMod && on?.closest(PRESSED_BY_ENTER)) return;
  const key = keyFor(event);
  if (!key) return;
  event.preventDefault();
  if (holders > 0 || draining || (event.repeat && !key.repeats)) return;
  if (!key.decides) return key.act();
  if (since < QUIET_BEFORE_MS) return;
  armed = setTimeout(() => {
    armed = undefined;
    if (holders === 0) key.act();
  }, QUIET_AFTER_MS);
}
