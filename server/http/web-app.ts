/**
 * Serves the built web app: hashed files for ever and compressed, its one page for every address of it.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express, { Router } from 'express';
import type { RequestHandler } from 'express';

const compress = promisify(gzip);
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The routes; none where the app has not been built. */
export function webApp(folder: string): Router {
  const routes = Router();
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return routes;
  const assets = join(folder, 'assets');
  routes.use(
    '/assets',
    compressedFiles(assets),
    express.static(assets, {
      index: false,
      redirect: false,
      setHeaders: (response) => response.setHeader('Cache-Control', FOR_EVER),
    }),
  );
  routes.use(express.static(folder, { index: false, redirect: false }));
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

/** Text files of a folder, compressed once and kept: their names are hashes of what they hold. */
function compressedFiles(folder: string): RequestHandler {
  const compressed = new Map<string, Promise<Buffer>>();
  return async (request, response, next) => {
    const name = /^\/([\w.-]+\.(?:js|css|svg|json))$/.exec(request.path)?.[1];
    if (request.method !== 'GET' || name === undefined || request.acceptsEncodings('gzip') !== 'gzip') {
      next();
      return;
    }
    const path = join(folder, name);
    if (!compressed.has(name)) {
      if (!existsSync(path)) {
        next();
        return;
      }
      compressed.set(
        name,
        readFile(path).then((content) => compress(content)),
      );
    }
    const content = await compressed.get(name);
    response.setHeader('Cache-Control', FOR_EVER);
    response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Vary', 'Accept-Encoding');
    response.type(name).send(content);
  };
}
