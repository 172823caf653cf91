/** What `/v2` answers about batch operations. */
import { z } from 'zod';
import type { BatchOperationItem, BatchOperationPart } from '../../../store/queries/batch-operations.js';
import { DONE, count, found, key, pageOf, time } from '../../openapi/answer.js';
import type { Answers, Reply, Shape } from '../../openapi/answer.js';

/** A batch operation that was begun. */
export const batchStarted = z.strictObject({ batchOperationKey: key, batchOperationType: z.string() });

const begun: readonly [Reply] = [found(batchStarted, 'The batch operation that was begun.')];

/** A batch operation. */
export const batch = z.strictObject({
  batchOperationKey: key,
  state: z.string(),
  batchOperationType: z.string(),
  startDate: time.nullable(),
  endDate: time.nullable(),
  actorType: z.string().nullable(),
  actorId: z.string().nullable(),
  operationsTotalCount: count,
  operationsFailedCount: count,
  operationsCompletedCount: count,
  errors: z.array(
    z.strictObject({ partitionId: count, type: z.literal('QUERY_FAILED'), message: z.string() }),
  ),
} satisfies Shape<BatchOperationItem>);

/** One process instance of a batch operation. */
export const batchItem = z.strictObject({
  operationType: z.string(),
  batchOperationKey: key,
  itemKey: key,
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  state: z.string(),
  processedDate: time.nullable(),
  errorMessage: z.string().nullable(),
} satisfies Shape<BatchOperationPart>);

/** The answers. */
export const BATCH_ANSWERS: Answers = {
  'POST /v2/process-instances/cancellation': { id: 'cancelProcessInstancesBatchOperation', replies: begun },
  'POST /v2/process-instances/incident-resolution': { id: 'resolveIncidentsBatchOperation', replies: begun },
  'POST /v2/process-instances/deletion': { id: 'deleteProcessInstancesBatchOperation', replies: begun },
  'POST /v2/process-instances/migration': { id: 'migrateProcessInstancesBatchOperation', replies: begun },
  'POST /v2/process-instances/modification': { id: 'modifyProcessInstancesBatchOperation', replies: begun },
  'POST /v2/process-instances/:processInstanceKey/incident-resolution': {
    id: 'resolveProcessInstanceIncidents',
    replies: begun,
  },
  'POST /v2/process-instances/:processInstanceKey/deletion': { id: 'deleteProcessInstance', replies: [DONE] },
  'POST /v2/batch-operations/search': { id: 'searchBatchOperations', replies: [pageOf(batch)] },
  'POST /v2/batch-operation-items/search': { id: 'searchBatchOperationItems', replies: [pageOf(batchItem)] },
  'GET /v2/batch-operations/:batchOperationKey': { id: 'getBatchOperation', replies: [found(batch)] },
  'POST /v2/batch-operations/:batchOperationKey/suspension': {
    id: 'suspendBatchOperation',
    replies: [DONE],
  },
  'POST /v2/batch-operations/:batchOperationKey/resumption': { id: 'resumeBatchOperation', replies: [DONE] },
  'POST /v2/batch-operations/:batchOperationKey/cancellation': {
    id: 'cancelBatchOperation',
    replies: [DONE],
  },
};
