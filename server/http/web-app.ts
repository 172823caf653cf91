/** Serves the built web app: hashed files for ever, its one page for every address of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';

/** The routes; none where the app has not been built. */
export function webApp(folder: string): Router {
  const routes = Router();
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return routes;
  routes.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  routes.use(express.static(folder, { index: false }));
  routes.get(/^\/(?!(?:v2|api|assets)(?:\/|$))/, (request, response, next) => {
    if (request.accepts(['html', 'json']) !== 'html') {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(page);
  });
  return routes;
}
