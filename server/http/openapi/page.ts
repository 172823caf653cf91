/** `/api/openapi.json`, and a page to read it and try it: `/api/docs`. Both say nothing that is secret. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import type { Express } from 'express';
import type { Answers } from './answer.js';
import { createDocument } from './document.js';
import { routesOf } from './routes.js';
import type { Schema } from './search-schema.js';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Countersign: the API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <main id="page"></main>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** The header tells the server that the request is this site's own: see sameOrigin in guards.ts. */
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#page',
  docExpansion: 'none',
  filter: true,
  deepLinking: true,
  requestInterceptor: (request) => {
    request.headers['X-Countersign'] = 'web';
    return request;
  },
});
`;

const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** The routes; the document is made at the first request, when `app` has all of its routes. */
export function descriptionRoutes(app: Express, version: string, answers: Answers): Router {
  const routes = Router();
  let document: Schema | undefined;

  routes.get('/openapi.json', (_request, response) => {
    document ??= createDocument(routesOf(app), version, answers);
    response.json(document);
  });

  routes.get('/docs', (_request, response) => {
    response.type('html').send(PAGE);
  });

  routes.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });

  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const file of FILES) {
    routes.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(join(folder, file));
    });
  }

  return routes;
}
