/** `/api/retention`: for how many days ended instances of a process are kept. */
import { Router } from 'express';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { readBody } from '../request.js';

/** Null keeps them for ever; a hundred years at most. */
const rule = z.strictObject({ days: z.int().min(1).max(36_525).nullable() });

describeOperation('PUT /api/retention/:processDefinitionId', { body: rule });

/** The routes. */
export function retentionRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.get('/retention', async (_request, response) => {
    const rules = await runtime.retention.rules();
    response.json({ items: rules.map(({ processId, days }) => ({ processDefinitionId: processId, days })) });
  });

  routes.put('/retention/:processDefinitionId', async (request, response) => {
    const { actor } = callerOf(request);
    const { days } = readBody(request, rule);
    await runtime.retention.set(request.params.processDefinitionId, days, actor);
    response.sendStatus(204);
  });

  return routes;
}
