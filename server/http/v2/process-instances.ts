/** `/v2/process-instances`: create (waiting for the result where asked), search, get, cancel. */
import { Router } from 'express';
import { z } from 'zod';
import { findByKey } from '../../store/queries/search.js';
import { PROCESS_INSTANCES } from '../../store/queries/process-instances.js';
import type { Runtime } from '../../runtime/runtime.js';
import { asRoute } from '../action.js';
import { requireNamed } from '../permitted.js';
import type { Action } from '../action.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { RequestRefused, fromRejection, refuse } from '../problem.js';
import { durationField } from '../number-fields.js';
import {
  keyField,
  readBody,
  readKey,
  readReference,
  referenceBody,
  referenceField,
  tenantField,
  variablesField,
} from '../request.js';
import { answerSearch } from '../search.js';
import { TENANT } from './tenant.js';

const creation = z.strictObject({
  processDefinitionKey: keyField.optional(),
  processDefinitionId: z.string().min(1).optional(),
  processDefinitionVersion: z.int().optional(),
  variables: variablesField.optional(),
  tenantId: tenantField,
  startInstructions: z.array(z.strictObject({ elementId: z.string() })).optional(),
  runtimeInstructions: z
    .array(z.unknown())
    .max(0, {
      message:
        'are not supported: an instance goes on to the end of its process. Leave them out, and cancel the instance when its element is over',
    })
    .nullish(),
  awaitCompletion: z.boolean().optional(),
  requestTimeout: durationField.optional(),
  fetchVariables: z.array(z.string()).nullish(),
  tags: z
    .array(
      z.string().regex(/^[A-Za-z][A-Za-z0-9_\-:.]{0,99}$/, {
        message: 'is not a tag: a letter, then up to 99 letters, digits or _-:.',
      }),
    )
    .max(10)
    .nullish(),
  businessId: z.string().min(1).max(256).nullish(),
  operationReference: referenceField,
});

const CREATE = {
  type: 'PROCESS_DEFINITION',
  permission: 'CREATE_PROCESS_INSTANCE',
  which: 'processDefinitionKey',
} as const;

/** Creates an instance: the fast lane and the route share it. */
export function createAction(runtime: Runtime): Action {
  return async (call) => {
    const body = readBody(call, creation);
    if ((body.processDefinitionKey === undefined) === (body.processDefinitionId === undefined)) {
      throw refuse('INVALID_ARGUMENT', 'Give either processDefinitionKey or processDefinitionId.');
    }
    await requireNamed(runtime.store.knex, call.caller, CREATE, {
      id: body.processDefinitionId,
      key: body.processDefinitionKey,
    });
    const result = await runtime.createInstance(
      {
        processDefinitionKey: body.processDefinitionKey,
        processId: body.processDefinitionId,
        version: body.processDefinitionVersion,
        variables: body.variables ?? {},
        startBefore: body.startInstructions?.map((instruction) => instruction.elementId),
        tags: body.tags ?? undefined,
        businessId: body.businessId ?? undefined,
        awaitCompletion: body.awaitCompletion,
        requestTimeout: body.requestTimeout,
        fetchVariables: body.fetchVariables ?? undefined,
      },
      call.caller.actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    if (result.terminated) {
      throw new RequestRefused({
        status: 409,
        title: 'INVALID_STATE',
        detail: `Instance ${String(result.processInstanceKey)} was created and then cancelled before it completed, so it has no result.`,
        extensions: { processInstanceKey: String(result.processInstanceKey) },
      });
    }
    if (body.awaitCompletion === true && !result.completed) {
      throw new RequestRefused({
        status: 504,
        title: 'DEADLINE_EXCEEDED',
        detail: `Instance ${String(result.processInstanceKey)} was created and is still active. Look at it later, or wait longer by requestTimeout.`,
        extensions: { processInstanceKey: String(result.processInstanceKey) },
      });
    }
    return {
      processDefinitionId: result.processId,
      processDefinitionVersion: result.version,
      tenantId: TENANT,
      variables: result.variables,
      processDefinitionKey: String(result.processDefinitionKey),
      processInstanceKey: String(result.processInstanceKey),
      tags: result.tags,
      businessId: result.businessId,
    };
  };
}

describeOperation('POST /v2/process-instances', { body: creation });
describeOperation('POST /v2/process-instances/:processInstanceKey/cancellation', { body: referenceBody });
describeOperation('POST /v2/process-instances/search', { search: PROCESS_INSTANCES });

/** The routes. */
export function processInstanceRoutes(runtime: Runtime, create: Action): Router {
  const routes = Router();

  routes.post('/process-instances', asRoute(create));

  routes.post('/process-instances/search', answerSearch(runtime, PROCESS_INSTANCES));

  routes.get('/process-instances/:processInstanceKey', async (request, response) => {
    const key = readKey(request, 'processInstanceKey');
    const found = await findByKey(runtime.store.knex, PROCESS_INSTANCES, key);
    if (!found) throw refuse('NOT_FOUND', `There is no process instance ${String(key)}.`);
    response.json(found);
  });

  routes.post('/process-instances/:processInstanceKey/cancellation', async (request, response) => {
    const key = readKey(request, 'processInstanceKey');
    readReference(request);
    const result = await runtime.cancelInstance(key, callerOf(request).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    response.sendStatus(204);
  });

  return routes;
}
