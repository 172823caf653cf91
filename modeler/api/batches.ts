/** Batch operations: the same done to many instances, with a dry run before and its progress after. */
import { request, type Page, type Search } from './request.js';
import type { Mapping } from './operating.js';

/** What a batch operation does. */
export type BatchKind =
  | 'CANCEL_PROCESS_INSTANCE'
  | 'RESOLVE_INCIDENT'
  | 'DELETE_PROCESS_INSTANCE'
  | 'SUSPEND_PROCESS_INSTANCE'
  | 'RESUME_PROCESS_INSTANCE'
  | 'MIGRATE_PROCESS_INSTANCE'
  | 'MODIFY_PROCESS_INSTANCE'
  | 'UPDATE_VARIABLE';

/** A batch operation to begin; `filter` is one of the instance search, the rest depends on the kind. */
export interface BatchRequest {
  batchOperationType: BatchKind;
  filter: Record<string, unknown>;
  targetProcessDefinitionKey?: string;
  mappingInstructions?: Mapping[];
  moveInstructions?: Mapping[];
  variables?: Record<string, unknown>;
}

/** A batch operation as a list shows it. */
export interface Batch {
  batchOperationKey: string;
  batchOperationType: BatchKind;
  state: 'CREATED' | 'ACTIVE' | 'SUSPENDED' | 'COMPLETED' | 'PARTIALLY_COMPLETED' | 'FAILED' | 'CANCELED';
  startDate: string | null;
  endDate: string | null;
  actorId: string | null;
  operationsTotalCount: number;
  operationsFailedCount: number;
  operationsCompletedCount: number;
}

/** One batch operation, with how its items failed or were skipped by class. */
export interface BatchDetail extends Batch {
  failures: { failure: string; count: number; example: string }[];
}

/** One instance of a batch operation. */
export interface BatchItem {
  itemKey: string;
  processInstanceKey: string;
  state: 'ACTIVE' | 'COMPLETED' | 'SKIPPED' | 'CANCELED' | 'FAILED';
  processedDate: string | null;
  errorMessage: string | null;
}

/** How many instances it would be about, and the first of them. */
export function dryRun(
  body: BatchRequest,
  signal?: AbortSignal,
): Promise<{ operationsTotalCount: number; processInstanceKeys: string[] }> {
  return request('/api/batch-operations/dry-run', { method: 'POST', body, signal });
}

/** Begins it; answers with its key. */
export async function beginBatch(body: BatchRequest): Promise<string> {
  const answer = await request<{ batchOperationKey: string }>('/api/batch-operations', {
    method: 'POST',
    body,
  });
  return answer.batchOperationKey;
}

/** One batch operation. */
export function getBatch(key: string, signal?: AbortSignal): Promise<BatchDetail> {
  return request(`/api/batch-operations/${key}`, { signal });
}

/** Batch operations, the newest first. */
export function searchBatches(body: Search, signal?: AbortSignal): Promise<Page<Batch>> {
  const newest = { sort: [{ field: 'batchOperationKey', order: 'DESC' }], ...body };
  return request('/api/batch-operations/search', { method: 'POST', body: newest, signal });
}

/** The items of a batch operation in one state. */
export function batchItems(
  key: string,
  state: BatchItem['state'] | '',
  page: Search['page'],
  signal?: AbortSignal,
): Promise<Page<BatchItem>> {
  const filter = state ? { batchOperationKey: key, state } : { batchOperationKey: key };
  const body = { filter, sort: [{ field: 'itemKey', order: 'ASC' }], page };
  return request('/api/batch-operation-items/search', { method: 'POST', body, signal });
}

/** Holds it back, lets it go on, or ends it; what is done stays done. */
export function controlBatch(key: string, verb: 'suspension' | 'resumption' | 'cancellation'): Promise<void> {
  return request(`/v2/batch-operations/${key}/${verb}`, { method: 'POST', body: {} });
}
