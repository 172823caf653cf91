/** Whether a process instance is suspended: its root instance is among what is held. */
import type { Knex } from 'knex';

/** Whether it is; undefined where there is no such instance. */
export async function isSuspended(knex: Knex, processInstanceKey: number): Promise<boolean | undefined> {
  const rows = await knex('process_instance as pi')
    .leftJoin('held', 'held.key', 'pi.root_key')
    .where('pi.key', processInstanceKey)
    .select<{ held: number | string | null }[]>({ held: 'held.key' });
  return rows.length === 0 ? undefined : rows[0].held !== null;
}
