/** Short news at the edge of the screen, announced to screen readers. */

/** One piece of news, with a door to what it is about. */
export interface Toast {
  id: number;
  text: string;
  href?: string;
  action?: string;
}

const SHOWN_MS = 6000;
let nextId = 1;
let shown = $state<Toast[]>([]);

/** The news on screen; reactive. */
export function toasts(): Toast[] {
  return shown;
}

/** Takes a piece of news away. */
export function dismiss(id: number): void {
  shown = shown.filter((toast) => toast.id !== id);
}

/** Shows a piece of news for a few seconds. */
export function say(text: string, link?: { href: string; action: string }): void {
  const id = nextId++;
  shown = [...shown.slice(-2), { id, text, ...link }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Takes all news away: what one person did is not for the next one at this screen. */
export function forgetToasts(): void {
  shown = [];
}
