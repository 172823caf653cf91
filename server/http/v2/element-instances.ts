/** `/v2/element-instances`: search, get, set variables and activate ad-hoc elements from outside. */
import { Router } from 'express';
import { z } from 'zod';
import { findByKey } from '../../store/queries/search.js';
import { ELEMENT_INSTANCES, ElementPlaces } from '../../store/queries/element-instances.js';
import type { ElementInstanceItem } from '../../store/queries/element-instances.js';
import type { Filter } from '../../store/queries/search-types.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, listenersPending, refuse } from '../problem.js';
import { readBody, readKey, referenceField, variablesField } from '../request.js';
import { readSearch, runSearch } from '../search.js';
import { findElement, findNamed } from './model-lookup.js';

const setting = z.strictObject({
  variables: variablesField,
  local: z.boolean().default(false),
  operationReference: referenceField,
});

/** Elements of one name: each is two values of a statement. */
const MOST_PLACES = 10_000;

const activation = z.strictObject({
  elements: z
    .array(z.strictObject({ elementId: z.string().min(1), variables: variablesField.optional() }))
    .min(1, { message: 'names no element to activate' }),
  cancelRemainingInstances: z.boolean().default(false),
});

describeOperation('POST /v2/element-instances/search', { search: ELEMENT_INSTANCES });
describeOperation('PUT /v2/element-instances/:elementInstanceKey/variables', { body: setting });
describeOperation('POST /v2/element-instances/ad-hoc-activities/:adHocSubProcessInstanceKey/activation', {
  body: activation,
});

/** The routes. */
export function elementInstanceRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/element-instances/search', async (request, response) => {
    const search = readSearch(request);
    const filter = await withPlaces(runtime, search.filter ?? {});
    const { items, page } = await runSearch(runtime, ELEMENT_INSTANCES, request, { ...search, filter });
    response.json({ items: await Promise.all(items.map((item) => withName(runtime, item))), page });
  });

  routes.get('/element-instances/:elementInstanceKey', async (request, response) => {
    const key = readKey(request, 'elementInstanceKey');
    const found = await findByKey(runtime.store.knex, ELEMENT_INSTANCES, key);
    if (!found) throw refuse('NOT_FOUND', `There is no element instance ${String(key)}.`);
    response.json(await withName(runtime, found));
  });

  routes.put('/element-instances/:elementInstanceKey/variables', async (request, response) => {
    const elementInstanceKey = readKey(request, 'elementInstanceKey');
    const { variables, local } = readBody(request, setting);
    const result = await runtime.changeUserTask(
      { type: 'set variables', elementInstanceKey, variables, local },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    if (result.isPending) throw listenersPending();
    response.sendStatus(204);
  });

  routes.post(
    '/element-instances/ad-hoc-activities/:adHocSubProcessInstanceKey/activation',
    async (request, response) => {
      const elementInstanceKey = readKey(request, 'adHocSubProcessInstanceKey');
      const { elements, cancelRemainingInstances } = readBody(request, activation);
      const activate = elements.map(({ elementId, variables = {} }) => ({ elementId, variables }));
      const result = await runtime.execute(
        {
          type: 'activate ad-hoc elements',
          elementInstanceKey,
          activate,
          isCancelRemainingInstances: cancelRemainingInstances,
        },
        callerOf(request).actor,
      );
      if (!result.ok) throw fromRejection(result.rejection);
      response.sendStatus(204);
    },
  );

  return routes;
}

/** The filter with what its `elementName` means; as it is where it has none. */
async function withPlaces(runtime: Runtime, filter: Filter): Promise<Filter> {
  const { elementName, processDefinitionKey } = filter;
  if (typeof elementName !== 'string') return filter;
  const places = await findNamed(runtime, elementName, processDefinitionKey);
  if (places.length > MOST_PLACES) {
    throw refuse(
      'INVALID_ARGUMENT',
      `filter.elementName is the name of more than ${MOST_PLACES} elements of all versions. Name a version by processDefinitionKey as well.`,
    );
  }
  return { ...filter, elementName: new ElementPlaces(places) };
}

/** Adds the name the model gives the element; its id where it has none. */
async function withName(runtime: Runtime, item: ElementInstanceItem): Promise<object> {
  const element = await findElement(runtime, item.processDefinitionKey, item.elementId);
  return { ...item, elementName: element?.name ?? item.elementId };
}
