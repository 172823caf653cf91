/** Which page stands at which address. Pages load when first opened, so that none pays for another. */
import type { Component } from 'svelte';
import { matchPath } from '../ui/router.svelte.js';

/** A page gets the values of its address's `:name` segments; one without segments takes nothing. */
export type Page = Component<{ params: Record<string, string> }>;

interface Route {
  pattern: string;
  load: () => Promise<{ default: Page | Component<Record<string, never>> }>;
  /** Pages that need the whole width and height: no margin, no page scroll. */
  full?: boolean;
  /** The menu entry this page belongs to. */
  area: string;
}

const routes: readonly Route[] = [
  { pattern: '/', area: 'home', load: () => import('../features/home/home.svelte') },
  { pattern: '/design', area: 'design', load: () => import('../features/design/files.svelte') },
  {
    pattern: '/design/feel',
    area: 'design',
    load: () => import('../features/feel/playground.svelte'),
  },
  {
    pattern: '/design/:modelKey',
    area: 'design',
    full: true,
    load: () => import('../features/design/editor.svelte'),
  },
  { pattern: '/inbox', area: 'inbox', full: true, load: () => import('../features/inbox/inbox.svelte') },
  {
    pattern: '/inbox/:taskKey',
    area: 'inbox',
    full: true,
    load: () => import('../features/inbox/inbox.svelte'),
  },
  { pattern: '/processes', area: 'processes', load: () => import('../features/processes/list.svelte') },
  {
    pattern: '/processes/:processId',
    area: 'processes',
    load: () => import('../features/processes/process.svelte'),
  },
  { pattern: '/instances', area: 'instances', load: () => import('../features/instances/list.svelte') },
  {
    pattern: '/instances/:instanceKey',
    area: 'instances',
    full: true,
    load: () => import('../features/instances/instance.svelte'),
  },
  {
    pattern: '/incidents',
    area: 'instances',
    load: () => import('../features/instances/incident-groups.svelte'),
  },
  {
    pattern: '/batch-operations',
    area: 'instances',
    load: () => import('../features/instances/batches.svelte'),
  },
  {
    pattern: '/batch-operations/:batchOperationKey',
    area: 'instances',
    load: () => import('../features/instances/batch.svelte'),
  },
  { pattern: '/audit', area: 'audit', load: () => import('../features/audit/audit.svelte') },
  { pattern: '/audit/schedules', area: 'audit', load: () => import('../features/audit/schedules.svelte') },
  { pattern: '/verify', area: 'audit', load: () => import('../features/verify/verify.svelte') },
];

/** The route of a path with the values found in it; null where there is no such page. */
export function findRoute(path: string): { route: Route; params: Record<string, string> } | null {
  for (const route of routes) {
    const params = matchPath(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
}
