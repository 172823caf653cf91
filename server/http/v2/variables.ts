/** `/v2/variables`: search (long values are cut unless `truncateValues=false`) and get. */
import { Router } from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { findByKey } from '../../store/queries/search.js';
import type { Searchable } from '../../store/queries/search-types.js';
import { VARIABLES, shorten } from '../../store/queries/variables.js';
import type { VariableItem } from '../../store/queries/variables.js';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readKey, readQuery } from '../request.js';
import { runSearch } from '../search.js';

const options = z.strictObject({ truncateValues: z.enum(['true', 'false']).default('true') });

describeOperation('POST /v2/variables/search', { search: VARIABLES, query: options });
describeOperation('POST /v2/user-tasks/:userTaskKey/variables/search', { search: VARIABLES, query: options });
describeOperation('POST /v2/user-tasks/:userTaskKey/effective-variables/search', {
  search: VARIABLES,
  query: options,
});

/** The routes. */
export function variableRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/variables/search', (request, response) =>
    answerVariables(runtime, VARIABLES, request, response),
  );

  routes.get('/variables/:variableKey', async (request, response) => {
    const key = readKey(request, 'variableKey');
    const found = await findByKey(runtime.store.knex, VARIABLES, key);
    if (!found) throw refuse('NOT_FOUND', `There is no variable ${String(key)}.`);
    response.json(found);
  });

  return routes;
}

/** Answers a search for variables. */
export async function answerVariables(
  runtime: Runtime,
  what: Searchable<VariableItem>,
  request: Request,
  response: Response,
): Promise<void> {
  const truncate = readQuery(request, options).truncateValues === 'true';
  const { items, page } = await runSearch(runtime, what, request);
  response.json({ items: items.map((item) => shorten(item, truncate)), page });
}
