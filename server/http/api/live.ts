/**
 * `/api/live`: what commits change, as server-sent events (HTML standard, §9.2). A notice names what
 * to look at; a page that was away reloads, since notices are not kept.
 */
import { Router } from 'express';
import type { Response } from 'express';
import { z } from 'zod';
import { writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { LiveNotice } from '../../runtime/live.js';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { keyField, readQuery } from '../request.js';

/** Milliseconds between comments that keep idle connections open. */
const HEARTBEAT = 20_000;
/** Bytes that may wait for a slow page before its connection is closed: it comes back and reloads. */
const MOST_WAITING = 1_000_000;

const query = z.strictObject({ processInstanceKey: keyField.optional() });

describeOperation('GET /api/live', { query });

/** The route, and how to end all streams when the server stops. */
export function liveRoutes(runtime: Runtime): { routes: Router; close(): void } {
  const open = new Set<Response>();
  const routes = Router();

  routes.get('/live', (request, response) => {
    const { processInstanceKey } = readQuery(request, query);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write(': listening\n\n');
    open.add(response);
    const stop = runtime.live.subscribe((notices) => {
      const wanted = notices.filter((notice) => concerns(notice, processInstanceKey));
      if (wanted.length === 0) return;
      response.write(wanted.map(toEvent).join(''));
      if (response.writableLength > MOST_WAITING) response.destroy();
    });
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT);
    response.on('close', () => {
      clearInterval(heartbeat);
      stop();
      open.delete(response);
    });
  });

  return {
    routes,
    close() {
      for (const response of open) response.end();
    },
  };
}

function concerns(notice: LiveNotice, processInstanceKey: Key | undefined): boolean {
  if (processInstanceKey === undefined) return true;
  return 'processInstanceKey' in notice && notice.processInstanceKey === processInstanceKey;
}

function toEvent(notice: LiveNotice): string {
  const { kind, ...rest } = notice;
  const data = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  return `event: ${kind}\ndata: ${writeJson(data)}\n\n`;
}
