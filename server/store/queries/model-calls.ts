/** Reads what the journal holds of the model calls of one job. */
import type { JsonObject, Key } from '@countersign/engine';
import type { Knex } from 'knex';
import { dataOf } from '../contents.js';
import type { StoredData } from '../contents.js';

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
  const rows = await knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .where('a.root_key', job.rootProcessInstanceKey)
    .where('a.element_instance_key', job.elementInstanceKey)
    .whereIn('a.type', EVENTS)
    .orderBy('a.sequence')
    .select<(StoredData & { type: ModelCallEvent })[]>('a.type', 'a.data', 'a.commitment', 'c.content');
  return rows
    .map((row) => ({ event: row.type, data: dataOf(row) }))
    .filter(({ data }) => data.jobKey === job.jobKey);
}
