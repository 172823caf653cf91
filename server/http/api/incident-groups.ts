/** `/api/incident-groups`: open incidents that say the same, counted together. */
import { Router } from 'express';
import { groupIncidents } from '../../store/queries/incident-groups.js';
import type { Runtime } from '../../runtime/runtime.js';

/** Groups in one answer; what is beyond them is rare, and found by a search. */
const GROUPS = 100;

/** The route. */
export function incidentGroupRoutes(runtime: Runtime): Router {
  const routes = Router();
  routes.get('/incident-groups', async (_request, response) => {
    response.json({ items: await groupIncidents(runtime.store.knex, GROUPS) });
  });
  return routes;
}
