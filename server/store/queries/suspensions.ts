/** Whether a process instance is suspended: its root instance is among what is held. */
import type { Knex } from 'knex';

/** Whether it is; undefined where there is no such instance. */
export async function isSuspended(knex: Knex, processInstanceKey: number): Promise<boolean | undefined> {
  const row = await knex('process_instance as pi')
    .leftJoin('held', 'held.key', 'pi.root_key')
    .where('pi.key', processInstanceKey)
    .first<{ held: number | string | null } | undefined>('held.key as held');
  return row && row.held !== null;
}
