/** Searches batch operations and their items. */
import type { Knex } from 'knex';
import { BATCH_TYPES } from '../batch-rows.js';
import type { Searchable } from './search-types.js';
import { reader } from './values.js';

/** A batch operation, as the API gives it. */
export interface BatchOperationItem {
  readonly batchOperationKey: string;
  readonly state: string;
  readonly batchOperationType: string;
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly actorType: string | null;
  readonly actorId: string | null;
  readonly operationsTotalCount: number;
  readonly operationsFailedCount: number;
  readonly operationsCompletedCount: number;
  readonly errors: readonly { partitionId: number; type: 'QUERY_FAILED'; message: string }[];
}

const STATES = ['ACTIVE', 'CANCELED', 'COMPLETED', 'CREATED', 'FAILED', 'PARTIALLY_COMPLETED', 'SUSPENDED'];
/** What this server can do to many, and what only the reference can: nothing has those. */
const TYPES: readonly string[] = [
  ...BATCH_TYPES,
  'ADD_VARIABLE',
  'DELETE_DECISION_DEFINITION',
  'DELETE_DECISION_INSTANCE',
  'DELETE_PROCESS_DEFINITION',
];
const ACTOR_TYPE = `case when b.actor like 'user:%' then 'USER' when b.actor = 'client:anonymous' then 'ANONYMOUS'
  when b.actor like 'client:%' then 'CLIENT' else 'UNKNOWN' end`;
const ACTOR_ID = `case when b.actor like 'user:%' then substr(b.actor, 6) when b.actor = 'client:anonymous' then null
  when b.actor like 'client:%' then substr(b.actor, 8) else b.actor end`;

/** Batch operations, those of our own kinds included. */
export const ALL_BATCH_OPERATIONS: Searchable<BatchOperationItem> = {
  from: (knex) => knex('batch_operation as b'),
  guards: null,
  key: 'b.key',
  select: {
    key: 'b.key',
    state: 'b.state',
    type: 'b.type',
    startedAt: 'b.started_at',
    endedAt: 'b.ended_at',
    actorType: ACTOR_TYPE,
    actorId: ACTOR_ID,
    total: 'b.total',
    failed: 'b.failed',
    completed: 'b.completed',
    error: 'b.error',
  },
  fields: {
    batchOperationKey: { sql: 'b.key', kind: 'key' },
    operationType: { sql: 'b.type', kind: 'word', words: TYPES },
    state: { sql: 'b.state', kind: 'word', words: STATES },
    startDate: { sql: 'b.started_at', kind: 'time', nullable: true },
    endDate: { sql: 'b.ended_at', kind: 'time', nullable: true },
    actorType: { sql: ACTOR_TYPE, kind: 'word', words: ['ANONYMOUS', 'CLIENT', 'UNKNOWN', 'USER'] },
    actorId: { sql: ACTOR_ID, kind: 'text', nullable: true },
  },
  toItem(row) {
    const column = reader(row);
    const error = column.textOrNull('error');
    return {
      batchOperationKey: column.key('key'),
      state: column.text('state'),
      batchOperationType: column.text('type'),
      startDate: column.timeOrNull('startedAt'),
      endDate: column.timeOrNull('endedAt'),
      actorType: column.text('actorType'),
      actorId: column.textOrNull('actorId'),
      operationsTotalCount: column.number('total'),
      operationsFailedCount: column.number('failed'),
      operationsCompletedCount: column.number('completed'),
      errors: error === null ? [] : [{ partitionId: 1, type: 'QUERY_FAILED', message: error }],
    };
  },
};

const OURS = `('SUSPEND_PROCESS_INSTANCE', 'RESUME_PROCESS_INSTANCE')`;

/** Those that clients of `/v2` have a word for. */
export const BATCH_OPERATIONS: Searchable<BatchOperationItem> = {
  ...ALL_BATCH_OPERATIONS,
  from: (knex) => knex('batch_operation as b').whereRaw(`b.type not in ${OURS}`),
};

/** One process instance of a batch operation, as the API gives it. */
export interface BatchOperationPart {
  readonly operationType: string;
  readonly batchOperationKey: string;
  readonly itemKey: string;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  readonly state: string;
  readonly processedDate: string | null;
  readonly errorMessage: string | null;
}

/** The items of batch operations. */
export const ALL_BATCH_OPERATION_ITEMS: Searchable<BatchOperationPart> = {
  from: (knex) =>
    knex('batch_operation_item as i').join('batch_operation as b', 'b.key', 'i.batch_operation_key'),
  guards: null,
  key: 'i.key',
  select: {
    key: 'i.key',
    batchKey: 'i.batch_operation_key',
    type: 'b.type',
    instanceKey: 'i.process_instance_key',
    rootKey: 'i.root_key',
    state: 'i.state',
    processedAt: 'i.processed_at',
    message: 'i.error_message',
  },
  fields: {
    batchOperationKey: { sql: 'i.batch_operation_key', kind: 'key' },
    itemKey: { sql: 'i.key', kind: 'key' },
    processInstanceKey: { sql: 'i.process_instance_key', kind: 'key' },
    operationType: { sql: 'b.type', kind: 'word', words: TYPES },
    state: {
      sql: 'i.state',
      kind: 'word',
      words: ['ACTIVE', 'COMPLETED', 'SKIPPED', 'CANCELED', 'FAILED'],
    },
    processedDate: { sql: 'i.processed_at', kind: 'time', nullable: true },
  },
  toItem(row) {
    const column = reader(row);
    return {
      operationType: column.text('type'),
      batchOperationKey: column.key('batchKey'),
      itemKey: column.key('key'),
      processInstanceKey: column.key('instanceKey'),
      rootProcessInstanceKey: column.key('rootKey'),
      state: column.text('state'),
      processedDate: column.timeOrNull('processedAt'),
      errorMessage: column.textOrNull('message'),
    };
  },
};

/** The items of those that clients of `/v2` have a word for. */
export const BATCH_OPERATION_ITEMS: Searchable<BatchOperationPart> = {
  ...ALL_BATCH_OPERATION_ITEMS,
  from: (knex) => ALL_BATCH_OPERATION_ITEMS.from(knex).whereRaw(`b.type not in ${OURS}`),
};

/** How many items failed or were skipped, by the class of the failure, with one message of each class. */
export async function countFailures(
  knex: Knex,
  batchOperationKey: number,
): Promise<{ failure: string; count: number; example: string }[]> {
  const rows = (await knex('batch_operation_item')
    .select('failure')
    .count({ count: '*' })
    .min({ example: 'error_message' })
    .where('batch_operation_key', batchOperationKey)
    .whereNotNull('failure')
    .groupBy('failure')
    .orderBy('failure')) as { failure: string; count: number | string; example: string }[];
  return rows.map(({ failure, count, example }) => ({ failure, count: Number(count), example }));
}

/** Batch operations that are not over, with what they were asked for, as JSON texts. */
export async function findOpenBatches(
  knex: Knex,
): Promise<{ key: number | string; filter: string; plan: string }[]> {
  return knex('batch_operation')
    .whereIn('state', ['CREATED', 'ACTIVE', 'SUSPENDED'])
    .orderBy('key')
    .select<{ key: number | string; filter: string; plan: string }[]>('key', 'filter', 'plan');
}
