/** The routes that an application has, read from its own router: what is served is what is listed. */
import type { Express } from 'express';

/** A route: a method, and a pattern such as `/v2/jobs/:jobKey`. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** The part of Express' layers that is read here. */
interface Layer {
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  /** The part of an address that the layer's own pattern takes; false where it takes nothing of it. */
  match(path: string): { readonly path: string } | false | undefined;
}

/**
 * What addresses of a route look like: at least what Express takes for it, any case and a slash at the end. Has a group
 * for each named place.
 */
export function routePattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, '([^/]+)').replaceAll(/\*\w+/g, '(.+)')}/?$`, 'i');
}

/** The first two parts of an address, in small letters: few routes share them, and no place is among them. */
export function startOf(path: string): string {
  const [, area = '', resource = ''] = path.toLowerCase().split('/', 3);
  return resource === '' ? `/${area}` : `/${area}/${resource}`;
}

/** What has a route, by the start of it. */
export function byStart<Kind extends { readonly path: string }>(
  kinds: readonly Kind[],
): ReadonlyMap<string, readonly Kind[]> {
  const starts = new Map<string, Kind[]>();
  for (const kind of kinds) {
    const start = startOf(kind.path);
    const others = starts.get(start);
    if (others) others.push(kind);
    else starts.set(start, [kind]);
  }
  return starts;
}

/** Where routes are: below a prefix, or at the doors for whoever runs the server, which have none. */
const AREAS = [
  { prefix: '/v2', probe: '/v2' },
  { prefix: '/api', probe: '/api' },
  { prefix: '', probe: '/health' },
];

/** The routes with a pattern of words and places, in the order in which they are tried; the pages of the web app have none. */
export function routesOf(app: Express): Route[] {
  return (app.router as unknown as { stack: readonly Layer[] }).stack.flatMap((layer) => {
    const routes = layer.handle.stack ?? [];
    const area = AREAS.find(({ prefix, probe }) => matchedBy(layer, probe) === prefix);
    return area ? routes.flatMap((inner) => routesIn(inner, area.prefix)) : [];
  });
}

function matchedBy(layer: Layer, path: string): string | null {
  const match = layer.match(path);
  return match ? match.path : null;
}

function routesIn({ route }: Layer, area: string): Route[] {
  if (!route) return [];
  const paths = [route.path].flat().filter((path) => typeof path === 'string');
  const methods = Object.keys(route.methods).filter((method) => route.methods[method] && method !== '_all');
  return paths.flatMap((path) =>
    methods.map((method) => ({ method: method.toUpperCase(), path: `${area}${path}` })),
  );
}
