/** `/v2` statistics of one instance or version, its taken flows, its incidents, and who called it. */
import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { ELEMENT_INSTANCES } from '../../store/queries/element-instances.js';
import { INCIDENTS, incidentsUnderElement, incidentsUnderInstance } from '../../store/queries/incidents.js';
import { PROCESS_INSTANCES } from '../../store/queries/process-instances.js';
import type { ProcessInstanceItem } from '../../store/queries/process-instances.js';
import { findByKey } from '../../store/queries/search.js';
import { countElementsIn, countElementsOf, findTakenFlows } from '../../store/queries/statistics.js';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readBody, readKey, variablesField } from '../request.js';
import { runSearch } from '../search.js';
import { TENANT } from './tenant.js';

const statistics = z.strictObject({ filter: variablesField.nullish() });

describeOperation('POST /v2/process-definitions/:processDefinitionKey/statistics/element-instances', {
  body: statistics,
});
describeOperation('POST /v2/process-instances/:processInstanceKey/incidents/search', { search: INCIDENTS });
describeOperation('POST /v2/element-instances/:elementInstanceKey/incidents/search', { search: INCIDENTS });

/** The routes. */
export function statisticsRoutes(runtime: Runtime): Router {
  const routes = Router();
  const { knex } = runtime.store;
  const findInstance = async (request: Request): Promise<ProcessInstanceItem> => {
    const key = readKey(request, 'processInstanceKey');
    const found = await findByKey(knex, PROCESS_INSTANCES, key);
    if (!found) throw refuse('NOT_FOUND', `There is no process instance ${String(key)}.`);
    return found;
  };

  routes.get(
    '/process-instances/:processInstanceKey/statistics/element-instances',
    async (request, response) => {
      const { processInstanceKey } = await findInstance(request);
      response.json({ items: await countElementsOf(knex, Number(processInstanceKey)) });
    },
  );

  routes.post(
    '/process-definitions/:processDefinitionKey/statistics/element-instances',
    async (request, response) => {
      const { filter } = readBody(request, statistics);
      const key = readKey(request, 'processDefinitionKey');
      const items = await countElementsIn(knex, key, filter ?? {});
      if (typeof items === 'string') throw refuse('INVALID_ARGUMENT', items);
      response.json({ items });
    },
  );

  routes.get('/process-instances/:processInstanceKey/sequence-flows', async (request, response) => {
    const instance = await findInstance(request);
    const { processInstanceKey, rootProcessInstanceKey, processDefinitionKey, processDefinitionId } =
      instance;
    const keys = { processInstanceKey: Number(processInstanceKey), rootKey: Number(rootProcessInstanceKey) };
    const flows = await findTakenFlows(knex, keys);
    response.json({
      items: flows.map(({ flowId }) => ({
        sequenceFlowId: `${processInstanceKey}_${flowId}`,
        processInstanceKey,
        rootProcessInstanceKey,
        processDefinitionKey,
        processDefinitionId,
        elementId: flowId,
        tenantId: TENANT,
      })),
    });
  });

  routes.get('/process-instances/:processInstanceKey/call-hierarchy', async (request, response) => {
    const path: ProcessInstanceItem[] = [];
    let next: ProcessInstanceItem | null = await findInstance(request);
    while (next) {
      path.unshift(next);
      const parent: string | null = next.parentProcessInstanceKey;
      next = parent === null ? null : await findByKey(knex, PROCESS_INSTANCES, Number(parent));
    }
    response.json(
      path.map(
        ({ processInstanceKey, processDefinitionKey, processDefinitionId, processDefinitionName }) => ({
          processInstanceKey,
          processDefinitionKey,
          processDefinitionName: processDefinitionName ?? processDefinitionId,
        }),
      ),
    );
  });

  routes.post('/process-instances/:processInstanceKey/incidents/search', async (request, response) => {
    const { processInstanceKey } = await findInstance(request);
    const below = incidentsUnderInstance(Number(processInstanceKey));
    response.json(await runSearch(runtime, below, request));
  });

  routes.post('/element-instances/:elementInstanceKey/incidents/search', async (request, response) => {
    const key = readKey(request, 'elementInstanceKey');
    if (!(await findByKey(knex, ELEMENT_INSTANCES, key)))
      throw refuse('NOT_FOUND', `There is no element instance ${String(key)}.`);
    const below = incidentsUnderElement(key);
    response.json(await runSearch(runtime, below, request));
  });

  return routes;
}
