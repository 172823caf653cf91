/** Open incidents that say the same, counted together: one fault in a system outside stops many instances alike. */
import { isoTime } from './values.js';
import type { Knex } from 'knex';

/** Open incidents with the same message. Times are ISO 8601 in UTC. */
export interface IncidentGroup {
  readonly errorMessage: string;
  readonly errorType: string;
  readonly incidents: number;
  readonly instances: number;
  readonly oldest: string;
  /** One of the instances, to look at. */
  readonly exampleProcessInstanceKey: string;
}

interface Row {
  readonly message: string;
  readonly type: string;
  readonly incidents: number | string;
  readonly instances: number | string;
  readonly oldest: number | string;
  readonly example: number | string;
}

/** The groups with the most incidents first, `limit` of them at most. */
export async function groupIncidents(knex: Knex, limit: number): Promise<IncidentGroup[]> {
  const rows = (await knex('incident')
    .select({ message: 'error_message', type: 'error_type' })
    .count({ incidents: '*' })
    .countDistinct({ instances: 'process_instance_key' })
    .min({ oldest: 'created_at' })
    .max({ example: 'process_instance_key' })
    .where('state', 'ACTIVE')
    .groupBy('error_message', 'error_type')
    .orderBy('incidents', 'desc')
    .orderBy('error_message')
    .limit(limit)) as Row[];
  return rows.map((row) => ({
    errorMessage: row.message,
    errorType: row.type,
    incidents: Number(row.incidents),
    instances: Number(row.instances),
    oldest: isoTime(Number(row.oldest)),
    exampleProcessInstanceKey: String(row.example),
  }));
}
