/** `/v2/process-definitions`: search, get, the BPMN file, the start form. */
import { Router } from 'express';
import { findByKey } from '../../store/queries/search.js';
import { PROCESS_DEFINITIONS, findDefinitionXml } from '../../store/queries/process-definitions.js';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readKey } from '../request.js';
import { findStartForm } from './start-form.js';
import { answerSearch } from '../search.js';

describeOperation('POST /v2/process-definitions/search', { search: PROCESS_DEFINITIONS });

/** The routes. */
export function processDefinitionRoutes(runtime: Runtime): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.post('/process-definitions/search', answerSearch(runtime, PROCESS_DEFINITIONS));

  routes.get('/process-definitions/:processDefinitionKey', async (request, response) => {
    const key = readKey(request, 'processDefinitionKey');
    const found = await findByKey(knex, PROCESS_DEFINITIONS, key);
    if (!found) throw unknown(key);
    response.json(found);
  });

  routes.get('/process-definitions/:processDefinitionKey/xml', async (request, response) => {
    const key = readKey(request, 'processDefinitionKey');
    const xml = await findDefinitionXml(knex, key);
    if (xml === null) throw unknown(key);
    response.type('text/xml').send(xml);
  });

  routes.get('/process-definitions/:processDefinitionKey/form', async (request, response) => {
    const key = readKey(request, 'processDefinitionKey');
    if (!(await findByKey(knex, PROCESS_DEFINITIONS, key))) throw unknown(key);
    const form = await findStartForm(runtime, key);
    if (form) response.json(form);
    else response.sendStatus(204);
  });

  return routes;
}

function unknown(key: number): Error {
  return refuse('NOT_FOUND', `There is no process definition ${String(key)}.`);
}
