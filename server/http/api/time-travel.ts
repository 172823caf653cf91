/** `/api/process-instances/{key}/state`: a process instance as it was at a position of the journal, or at a time. */
import { Router } from 'express';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import { readKey, readQuery } from '../request.js';

const moment = z.strictObject({
  position: z
    .string()
    .regex(/^\d{1,15}$/, { message: 'must be a position of the journal: a number' })
    .optional(),
  at: z.iso.datetime({ offset: true, message: 'must be a time such as 2030-01-31T12:00:00Z' }).optional(),
});

describeOperation('GET /api/process-instances/:processInstanceKey/state', { query: moment });

/** The route. */
export function timeTravelRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.get('/process-instances/:processInstanceKey/state', async (request, response) => {
    const key = readKey(request, 'processInstanceKey');
    const { position, at } = readQuery(request, moment);
    if (position !== undefined && at !== undefined)
      throw refuse('INVALID_ARGUMENT', 'Give a position or a time, not both.');
    const result = await runtime.travelTo(
      key,
      position !== undefined
        ? { position: Number(position) }
        : at !== undefined
          ? { time: Date.parse(at) }
          : 'now',
    );
    if (!result.ok) throw fromRejection(result.rejection);
    const { ok: _, ...state } = result;
    response.json({ ...state, position: String(state.position) });
  });

  return routes;
}
