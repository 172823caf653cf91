/** Reads what the journal holds of the model calls of one job. */
import type { JsonObject, Key } from '@countersign/engine';
import type { Knex } from 'knex';

/** The rows of a model call. */
export type ModelCallEvent = 'model call started' | 'model call finished' | 'model call lost';

/** One row, with its data as it was written. */
export interface ModelCallRow {
  readonly event: ModelCallEvent;
  readonly data: JsonObject;
}

const EVENTS: readonly ModelCallEvent[] = ['model call started', 'model call finished', 'model call lost'];

/** Whose rows are read: a job, with where it stands. */
export interface ModelCallsOf {
  readonly jobKey: Key;
  readonly rootProcessInstanceKey: Key;
  readonly elementInstanceKey: Key;
}

/** The rows of the job's model calls, oldest first. */
export async function readModelCalls(knex: Knex, job: ModelCallsOf): Promise<ModelCallRow[]> {
  const rows = await knex<{
    root_key: number;
    element_instance_key: number;
    type: ModelCallEvent;
    sequence: number;
    data: string;
  }>('audit')
    .where('root_key', job.rootProcessInstanceKey)
    .where('element_instance_key', job.elementInstanceKey)
    .whereIn('type', EVENTS)
    .orderBy('sequence')
    .select('type', 'data');
  return rows
    .map(({ type, data }) => ({ event: type, data: JSON.parse(data) as JsonObject }))
    .filter(({ data }) => data.jobKey === job.jobKey);
}
