/** `/v2/batch-operations`, and what is done to many process instances at once: cancel, migrate, modify, resolve, delete. */
import { Router } from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { JsonObject } from '@countersign/engine';
import {
  ALL_BATCH_OPERATIONS,
  BATCH_OPERATIONS,
  BATCH_OPERATION_ITEMS,
} from '../../store/queries/batch-operations.js';
import { PROCESS_INSTANCES } from '../../store/queries/process-instances.js';
import { findByKey } from '../../store/queries/search.js';
import type { BatchRequest, Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import {
  keyField,
  readBody,
  readKey,
  readReference,
  referenceBody,
  referenceField,
  variablesField,
} from '../request.js';
import { answerSearch } from '../search.js';
import { mappingField } from './migrations.js';

const operationReference = referenceField;
const filter = variablesField;
const filtered = z.strictObject({ filter, operationReference });
const migration = z.strictObject({
  filter,
  migrationPlan: z.strictObject({ targetProcessDefinitionKey: keyField, mappingInstructions: mappingField }),
  operationReference,
});
const modification = z.strictObject({
  filter,
  moveInstructions: mappingField.min(1, { message: 'moves nothing' }),
  operationReference,
});

describeOperation('POST /v2/process-instances/cancellation', { body: filtered });
describeOperation('POST /v2/process-instances/incident-resolution', { body: filtered });
describeOperation('POST /v2/process-instances/deletion', { body: filtered });
describeOperation('POST /v2/process-instances/:processInstanceKey/deletion', { body: referenceBody });
describeOperation('POST /v2/process-instances/migration', { body: migration });
describeOperation('POST /v2/process-instances/modification', { body: modification });
describeOperation('POST /v2/batch-operations/search', { search: BATCH_OPERATIONS });
describeOperation('POST /v2/batch-operation-items/search', { search: BATCH_OPERATION_ITEMS });

const BY_FILTER = {
  cancellation: 'CANCEL_PROCESS_INSTANCE',
  'incident-resolution': 'RESOLVE_INCIDENT',
  deletion: 'DELETE_PROCESS_INSTANCE',
} as const;
const CONTROLS = { suspension: 'suspend', resumption: 'resume', cancellation: 'cancel' } as const;

/** The routes. */
export function batchOperationRoutes(runtime: Runtime): Router {
  const routes = Router();
  const begin = async (request: Request, response: Response, batch: BatchRequest): Promise<void> => {
    const result = await runtime.batchOperations.create(batch, callerOf(request).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    response.json({ batchOperationKey: String(result.key), batchOperationType: batch.type });
  };

  for (const [path, type] of Object.entries(BY_FILTER)) {
    routes.post(`/process-instances/${path}`, async (request, response) => {
      await begin(request, response, { type, filter: readBody(request, filtered).filter, plan: {} });
    });
  }

  routes.post('/process-instances/migration', async (request, response) => {
    const { filter: given, migrationPlan } = readBody(request, migration);
    const { targetProcessDefinitionKey, mappingInstructions: mappings } = migrationPlan;
    const plan = { targetProcessDefinitionKey: String(targetProcessDefinitionKey), mappings };
    await begin(request, response, { type: 'MIGRATE_PROCESS_INSTANCE', filter: given, plan });
  });

  routes.post('/process-instances/modification', async (request, response) => {
    const { filter: given, moveInstructions: moves } = readBody(request, modification);
    await begin(request, response, { type: 'MODIFY_PROCESS_INSTANCE', filter: given, plan: { moves } });
  });

  routes.post('/process-instances/:processInstanceKey/incident-resolution', async (request, response) => {
    const key = readKey(request, 'processInstanceKey');
    if (!(await findByKey(runtime.store.knex, PROCESS_INSTANCES, key)))
      throw refuse('NOT_FOUND', `There is no process instance ${String(key)}.`);
    const one: JsonObject = { processInstanceKey: String(key) };
    await begin(request, response, { type: 'RESOLVE_INCIDENT', filter: one, plan: {} });
  });

  routes.post('/process-instances/:processInstanceKey/deletion', async (request, response) => {
    const key = readKey(request, 'processInstanceKey');
    readReference(request);
    const result = await runtime.deleteInstance(key, callerOf(request).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    response.sendStatus(204);
  });

  routes.post('/batch-operations/search', answerSearch(runtime, BATCH_OPERATIONS));
  routes.post('/batch-operation-items/search', answerSearch(runtime, BATCH_OPERATION_ITEMS));

  routes.get('/batch-operations/:batchOperationKey', async (request, response) => {
    const key = readKey(request, 'batchOperationKey');
    const found = await findByKey(runtime.store.knex, ALL_BATCH_OPERATIONS, key);
    if (!found) throw refuse('NOT_FOUND', `There is no batch operation ${String(key)}.`);
    response.json(found);
  });

  for (const [path, verb] of Object.entries(CONTROLS)) {
    routes.post(`/batch-operations/:batchOperationKey/${path}`, async (request, response) => {
      const key = readKey(request, 'batchOperationKey');
      const result = await runtime.batchOperations.control(key, verb, callerOf(request).actor);
      if (!result.ok) throw fromRejection(result.rejection);
      response.sendStatus(204);
    });
  }

  return routes;
}
