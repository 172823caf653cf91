/** Light, dark or as the system says; remembered in this browser. */
import type { IconName } from './icons.js';

/** What the person chose; `system` follows prefers-color-scheme. */
export type Theme = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'countersign.theme';
const themes: readonly Theme[] = ['system', 'light', 'dark'];

function stored(): Theme {
  const value = localStorage.getItem(STORAGE_KEY);
  return themes.find((theme) => theme === value) ?? 'system';
}

let current = $state<Theme>(stored());

/** The chosen theme; reactive. */
export function theme(): Theme {
  return current;
}

/** Writes the chosen theme to the document; call once before mounting. */
export function applyTheme(): void {
  if (current === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}

/** Chooses the theme, remembers it and applies it at once. */
export function chooseTheme(next: Theme): void {
  current = next;
  localStorage.setItem(STORAGE_KEY, next);
  applyTheme();
}

/** The icon of each choice. */
export const THEME_ICONS: Readonly<Record<Theme, IconName>> = {
  system: 'monitor',
  light: 'sun',
  dark: 'moon',
};

/** The theme after this one, for a button that goes round. */
export function nextTheme(from: Theme): Theme {
  return themes[(themes.indexOf(from) + 1) % themes.length];
}
