/** The addresses of the web app's pages. They are those of its own table, `modeler/app/routes.ts`; a test holds both together. */

/** Patterns of the addresses; what begins with a colon stands for a value. */
export const PAGES: readonly string[] = [
  '/',
  '/design',
  '/design/feel',
  '/design/:modelKey',
  '/inbox',
  '/inbox/:taskKey',
  '/processes',
  '/processes/:processId',
  '/instances',
  '/instances/:instanceKey',
  '/incidents',
  '/batch-operations',
  '/batch-operations/:batchOperationKey',
  '/audit',
  '/audit/schedules',
  '/verify',
];

const ADDRESSES = PAGES.map(
  (pattern) => new RegExp(`^${pattern.replace(/\/$/, '').replaceAll(/:\w+/g, '[^/]+')}/?$`),
);

/** Whether a page stands at the address. */
export function isPage(path: string): boolean {
  return ADDRESSES.some((address) => address.test(path));
}
