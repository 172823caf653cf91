/** Counts of element instances by element, the flows that were taken, and the way from a root instance down. */
import type { Knex } from 'knex';
import { PROCESS_INSTANCES } from './process-instances.js';
import { addFilter } from './search.js';

/** How many instances an element has had; `incidents` of those that are active, which `active` leaves out. */
export interface ElementStatistics {
  readonly elementId: string;
  readonly active: number;
  readonly canceled: number;
  readonly incidents: number;
  readonly completed: number;
}

/** Counts in one process instance. */
export function countElementsOf(knex: Knex, processInstanceKey: number): Promise<ElementStatistics[]> {
  return counted(knex('element_instance as ei').where('ei.process_instance_key', processInstanceKey), knex);
}

/** Counts in the instances of a version that a filter leaves; answers why the filter is refused, where it is. */
export async function countElementsIn(
  knex: Knex,
  processDefinitionKey: number,
  filter: Readonly<Record<string, unknown>>,
): Promise<ElementStatistics[] | string> {
  const instances = PROCESS_INSTANCES.from(knex).select('pi.key');
  const prepared = (await PROCESS_INSTANCES.prepare?.(knex, filter)) ?? filter;
  const reason = addFilter(knex, instances, PROCESS_INSTANCES, prepared);
  if (reason !== null) return reason;
  const query = knex('element_instance as ei').where('ei.process_definition_key', processDefinitionKey);
  if (Object.keys(filter).length > 0) query.whereIn('ei.process_instance_key', instances);
  return counted(query, knex);
}

async function counted(query: Knex.QueryBuilder, knex: Knex): Promise<ElementStatistics[]> {
  const sum = (condition: string): Knex.Raw => knex.raw(`sum(case when ${condition} then 1 else 0 end)`);
  const rows = (await query
    // The body of a multi-instance activity is none of its runs; where it fails itself, the incident must be seen.
    .whereRaw(`(ei.type <> 'multiInstanceBody' or ei.incident_key is not null)`)
    .select({
      elementId: 'ei.element_id',
      active: sum(`ei.state = 'ACTIVE' and ei.incident_key is null`),
      canceled: sum(`ei.state = 'TERMINATED'`),
      incidents: sum('ei.incident_key is not null'),
      completed: sum(`ei.state = 'COMPLETED'`),
    })
    .groupBy('ei.element_id')
    .orderBy('ei.element_id')) as Record<keyof ElementStatistics, string | number>[];
  return rows.map(({ elementId, active, canceled, incidents, completed }) => ({
    elementId: String(elementId),
    active: Number(active),
    canceled: Number(canceled),
    incidents: Number(incidents),
    completed: Number(completed),
  }));
}

/** The sequence flows that a process instance has taken, with the element that each of them left. */
export async function findTakenFlows(
  knex: Knex,
  { processInstanceKey, rootKey }: { readonly processInstanceKey: number; readonly rootKey: number },
): Promise<{ flowId: string; elementId: string }[]> {
  return (await knex('audit')
    .distinct({ flowId: 'flow_id', elementId: 'element_id' })
    .where({ root_key: rootKey, process_instance_key: processInstanceKey, type: 'flow taken' })
    .orderBy('flow_id')) as { flowId: string; elementId: string }[];
}
