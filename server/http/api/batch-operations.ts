/**
 * `/api/batch-operations`: batch operations of every kind, our own included (suspend, resume, set variables), a dry run
 * that says how many instances one would be about, and how its items failed by class.
 */
import { Router } from 'express';
import { z } from 'zod';
import {
  ALL_BATCH_OPERATIONS,
  ALL_BATCH_OPERATION_ITEMS,
  countFailures,
} from '../../store/queries/batch-operations.js';
import { findByKey } from '../../store/queries/search.js';
import type { BatchRequest, Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import { keyField, readBody, readKey, variablesField } from '../request.js';
import { answerSearch } from '../search.js';
import { mappingField } from '../v2/migrations.js';

/** Instances that a dry run names. */
const NAMED = 20;

const filter = variablesField;
const simple = ['CANCEL_PROCESS_INSTANCE', 'RESOLVE_INCIDENT', 'DELETE_PROCESS_INSTANCE'] as const;
const own = ['SUSPEND_PROCESS_INSTANCE', 'RESUME_PROCESS_INSTANCE'] as const;
const request = z.discriminatedUnion('batchOperationType', [
  z.strictObject({ batchOperationType: z.enum([...simple, ...own]), filter }),
  z.strictObject({
    batchOperationType: z.literal('MIGRATE_PROCESS_INSTANCE'),
    filter,
    targetProcessDefinitionKey: keyField,
    mappingInstructions: mappingField,
  }),
  z.strictObject({
    batchOperationType: z.literal('MODIFY_PROCESS_INSTANCE'),
    filter,
    moveInstructions: mappingField.min(1, { message: 'moves nothing' }),
  }),
  z.strictObject({ batchOperationType: z.literal('UPDATE_VARIABLE'), filter, variables: variablesField }),
]);

describeOperation('POST /api/batch-operations', { body: request });
describeOperation('POST /api/batch-operations/dry-run', { body: request });
describeOperation('POST /api/batch-operations/search', { search: ALL_BATCH_OPERATIONS });
describeOperation('POST /api/batch-operation-items/search', { search: ALL_BATCH_OPERATION_ITEMS });

/** The routes. */
export function ownBatchOperationRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/batch-operations', async (httpRequest, response) => {
    const batch = toRequest(readBody(httpRequest, request));
    const result = await runtime.batchOperations.create(batch, callerOf(httpRequest).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    response.json({ batchOperationKey: String(result.key), batchOperationType: batch.type });
  });

  routes.post('/batch-operations/dry-run', async (httpRequest, response) => {
    const result = await runtime.batchOperations.dryRun(toRequest(readBody(httpRequest, request)), NAMED);
    if (!result.ok) throw fromRejection(result.rejection);
    const processInstanceKeys = result.first.map(({ processInstanceKey }) => String(processInstanceKey));
    response.json({ operationsTotalCount: result.total, processInstanceKeys });
  });

  routes.post('/batch-operations/search', answerSearch(runtime, ALL_BATCH_OPERATIONS));
  routes.post('/batch-operation-items/search', answerSearch(runtime, ALL_BATCH_OPERATION_ITEMS));

  routes.get('/batch-operations/:batchOperationKey', async (httpRequest, response) => {
    const key = readKey(httpRequest, 'batchOperationKey');
    const found = await findByKey(runtime.store.knex, ALL_BATCH_OPERATIONS, key);
    if (!found) throw refuse('NOT_FOUND', `There is no batch operation ${String(key)}.`);
    response.json({ ...found, failures: await countFailures(runtime.store.knex, key) });
  });

  return routes;
}

function toRequest(body: z.output<typeof request>): BatchRequest {
  const { batchOperationType: type, filter: given } = body;
  switch (body.batchOperationType) {
    case 'MIGRATE_PROCESS_INSTANCE': {
      const { targetProcessDefinitionKey, mappingInstructions: mappings } = body;
      const plan = { targetProcessDefinitionKey: String(targetProcessDefinitionKey), mappings };
      return { type, filter: given, plan };
    }
    case 'MODIFY_PROCESS_INSTANCE':
      return { type, filter: given, plan: { moves: body.moveInstructions } };
    case 'UPDATE_VARIABLE':
      return { type, filter: given, plan: { variables: body.variables } };
    default:
      return { type, filter: given, plan: {} };
  }
}
