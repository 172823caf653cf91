/**
 * Serves the built web app: hashed files for ever and compressed, its one document for every page of it. Any other address
 * is 404; a browser gets the document with it, which says so.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express, { Router } from 'express';
import type { RequestHandler } from 'express';
import { answerOtherMethod } from './doors.js';
import { isPage } from './pages.js';

const compress = promisify(gzip);
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The routes; none where the app has not been built. */
export function webApp(folder: string): Router {
  const routes = Router();
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return routes;
  const assets = join(folder, 'assets');
  const files = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `/${name}`));
  routes.use((request, response, next) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead || !(isPage(request.path) || files.has(request.path))) return next();
    answerOtherMethod(request, response, ['GET', 'HEAD', 'OPTIONS']);
  });
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
    const isThere = isPage(request.path);
    // Whatever asks for any type, such as a probe, is no browser that somebody sits at.
    const isWanted = isThere
      ? request.accepts(['html', 'json']) === 'html'
      : (request.headers.accept ?? '').includes('text/html');
    if (!isWanted) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.status(isThere ? 200 : 404).sendFile(page);
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
