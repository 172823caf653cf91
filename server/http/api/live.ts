/**
 * `/api/live`: what commits change, as server-sent events (HTML standard, §9.2). A notice names what
 * to look at; a page that was away reloads, since notices are not kept.
 */
import { Router } from 'express';
import type { Response } from 'express';
import type { Knex } from 'knex';
import { z } from 'zod';
import { writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { mayAny } from '../../access/grants/rights.js';
import type { Rights } from '../../access/grants/rights.js';
import { SEE_INSTANCE, SEE_TASK } from '../../access/operations.js';
import { askResource } from '../../access/permissions.js';
import type { LiveNotice } from '../../runtime/live.js';
import type { Runtime } from '../../runtime/runtime.js';
import { PROCESS_INSTANCES } from '../../store/queries/process-instances.js';
import { seesAll } from '../../store/queries/protected.js';
import { resourceOf } from '../../store/queries/resource-of.js';
import { USER_TASKS } from '../../store/queries/user-tasks.js';
import { callerOf } from '../caller.js';
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
    const send = (notices: readonly LiveNotice[]): void => {
      if (notices.length === 0) return;
      response.write(notices.map(toEvent).join(''));
      if (response.writableLength > MOST_WAITING) response.destroy();
    };
    const { rights } = callerOf(request);
    const sees = seesNotices(runtime.store.knex, rights);
    let told = Promise.resolve();
    const stop = runtime.live.subscribe((notices) => {
      const wanted = notices.filter((notice) => concerns(notice, processInstanceKey));
      if (sees === null || wanted.length === 0) return send(wanted);
      // One after the other, so that notices keep their order. What cannot be looked up is not told.
      told = told.then(async () => send(await sees(wanted))).catch(() => void response.destroy());
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

/** Leaves out what the caller may not see; null where it sees everything. */
function seesNotices(
  knex: Knex,
  rights: Rights,
): ((notices: readonly LiveNotice[]) => Promise<LiveNotice[]>) | null {
  if (seesAll(PROCESS_INSTANCES, rights) && seesAll(USER_TASKS, rights)) return null;
  return async (notices) => {
    const seen: LiveNotice[] = [];
    for (const notice of notices) if (await maySeeNotice(knex, rights, notice)) seen.push(notice);
    return seen;
  };
}

async function maySeeNotice(knex: Knex, rights: Rights, notice: LiveNotice): Promise<boolean> {
  if (notice.kind === 'deployment') return mayAny(rights, 'READ_PROCESS_DEFINITION', 'PROCESS_DEFINITION');
  const found =
    notice.kind === 'task'
      ? await resourceOf(knex, 'userTaskKey', notice.userTaskKey)
      : await resourceOf(knex, 'processInstanceKey', notice.processInstanceKey);
  const needs = notice.kind === 'task' ? SEE_TASK : SEE_INSTANCE;
  return found !== null && askResource(rights, needs, found);
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
