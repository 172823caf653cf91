/** `/v2/incidents`: search, get, resolve. */
import { Router } from 'express';
import { findByKey } from '../../store/queries/search.js';
import { INCIDENTS } from '../../store/queries/incidents.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import { readKey, readReference, referenceBody } from '../request.js';
import { answerSearch } from '../search.js';

describeOperation('POST /v2/incidents/search', { search: INCIDENTS });
describeOperation('POST /v2/incidents/:incidentKey/resolution', { body: referenceBody });

/** The routes. */
export function incidentRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/incidents/search', answerSearch(runtime, INCIDENTS));

  routes.get('/incidents/:incidentKey', async (request, response) => {
    const key = readKey(request, 'incidentKey');
    const found = await findByKey(runtime.store.knex, INCIDENTS, key);
    if (!found) throw refuse('NOT_FOUND', `There is no incident ${String(key)}.`);
    response.json(found);
  });

  routes.post('/incidents/:incidentKey/resolution', async (request, response) => {
    const incidentKey = readKey(request, 'incidentKey');
    readReference(request);
    const result = await runtime.execute({ type: 'resolve incident', incidentKey }, callerOf(request).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    response.sendStatus(204);
  });

  return routes;
}
