/** `/api/process-instances/{key}/suspension` and `/resumption`: stops an instance where it stands, and lets it go on. */
import { Router } from 'express';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { fromRejection } from '../problem.js';
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
  return routes;
}
