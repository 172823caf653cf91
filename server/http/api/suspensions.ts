/** `/api/process-instances/{key}/suspension` and `/resumption`: stops an instance where it stands, lets it go on. */
import { Router } from 'express';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { isSuspended } from '../../store/queries/suspensions.js';
import { fromRejection, refuse } from '../problem.js';
import { readKey } from '../request.js';

const COMMANDS = { suspension: 'suspend instance', resumption: 'resume instance' } as const;

/** The routes. */
export function suspensionRoutes(runtime: Runtime): Router {
  const routes = Router();
  for (const [path, type] of Object.entries(COMMANDS)) {
    routes.post(`/process-instances/:processInstanceKey/${path}`, async (request, response) => {
      const processInstanceKey = readKey(request, 'processInstanceKey');
      const result = await runtime.execute({ type, processInstanceKey }, callerOf(request).actor);
      if (!result.ok) throw fromRejection(result.rejection);
      response.sendStatus(204);
    });
  }

  routes.get('/process-instances/:processInstanceKey/suspension', async (request, response) => {
    const key = readKey(request, 'processInstanceKey');
    const suspended = await isSuspended(runtime.store.knex, key);
    if (suspended === undefined) throw refuse('NOT_FOUND', `There is no process instance ${String(key)}.`);
    response.json({ isSuspended: suspended });
  });

  return routes;
}
