/** What the record of views asks: the definitions of process instances, and whether any process may be sensitive. */
import type { Knex } from 'knex';

/** A process instance, with its root where it is known. */
interface Instance {
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey?: string | null;
}

/**
 * The definition keys of process instances, by their keys. One that was deleted since has that of its root in the
 * journal; without its root it is left out.
 */
export async function findDefinitionsOf(
  knex: Knex,
  instances: readonly Instance[],
): Promise<Map<string, string>> {
  const rows = await knex('process_instance')
    .whereIn(
      'key',
      instances.map(({ processInstanceKey }) => Number(processInstanceKey)),
    )
    .select<{ key: number | string; process_definition_key: number | string }[]>(
      'key',
      'process_definition_key',
    );
  const found = new Map(rows.map((row) => [String(row.key), String(row.process_definition_key)]));
  for (const { processInstanceKey, rootProcessInstanceKey } of instances) {
    if (found.has(processInstanceKey) || !rootProcessInstanceKey) continue;
    const first = await knex('audit')
      .where({ root_key: Number(rootProcessInstanceKey) })
      .orderBy('sequence')
      .first<{ process_definition_key: number | string } | undefined>('process_definition_key');
    if (first) found.set(processInstanceKey, String(first.process_definition_key));
  }
  return found;
}

/** Whether the file of any process has the word by which one is marked sensitive. */
export async function mentionsSensitive(knex: Knex): Promise<boolean> {
  const row = await knex('process_definition as pd')
    .join('resource as r', 'r.key', 'pd.resource_key')
    .where('r.content', 'like', '%"sensitive"%')
    .orWhere('r.content', 'like', "%'sensitive'%")
    .first<{ key: number } | undefined>('pd.key');
  return row !== undefined;
}
