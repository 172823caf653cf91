/** The rooms of the app as menus show them, with how much waits in each. */
import { reloadOnLive } from '../api/live.js';
import { overview } from '../api/overview.js';
import { query } from '../api/query.svelte.js';
import { session } from '../api/session.svelte.js';
import { t } from '../text/en.js';
import type { IconName } from '../ui/icons.js';

/** A room of the app. */
export interface Place {
  readonly id: keyof typeof t.nav.places;
  readonly href: string;
  readonly icon: IconName;
}

/** The rooms, in the order of menus. */
export const PLACES: readonly Place[] = [
  { id: 'home', href: '/', icon: 'home' },
  { id: 'design', href: '/design', icon: 'design' },
  { id: 'inbox', href: '/inbox', icon: 'inbox' },
  { id: 'processes', href: '/processes', icon: 'processes' },
  { id: 'instances', href: '/instances', icon: 'instances' },
  { id: 'audit', href: '/audit', icon: 'audit' },
];

/** A figure beside a room, with its meaning in words. */
export interface Figure {
  readonly value: number;
  readonly label: string;
  /** Whether something is wrong. */
  readonly alarm?: boolean;
}

/** Follows what waits in each room; call while a component is set up. */
export function followFigures(): (id: Place['id']) => Figure | undefined {
  const figures = query((signal) => overview(signal));
  $effect(() => reloadOnLive((event) => event.kind === 'task' || event.kind === 'incident', figures.reload));
  const waiting = $derived(
    session()?.user
      ? (figures.data?.myTasks ?? 0) + (figures.data?.myGroupsTasks ?? 0)
      : (figures.data?.openTasks ?? 0),
  );
  const stuck = $derived(figures.data?.incidents ?? 0);
  return (id) => {
    if (id === 'inbox' && waiting > 0) return { value: waiting, label: t.nav.waiting(waiting) };
    if (id === 'instances' && stuck > 0) return { value: stuck, label: t.nav.stuck(stuck), alarm: true };
    return undefined;
  };
}
