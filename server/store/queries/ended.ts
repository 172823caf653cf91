/** Which of some instances have ended. */
import type { Key } from '@countersign/engine';
import type { Knex } from 'knex';

/** The keys of those that are not active any more. */
export async function findEnded(knex: Knex, keys: readonly Key[]): Promise<Key[]> {
  const rows = await knex('process_instance')
    .whereIn('key', [...keys])
    .whereNot('state', 'ACTIVE')
    .select<{ key: Key }[]>('key');
  return rows.map(({ key }) => key);
}

/** Whether an instance was ended before it completed. */
export async function isTerminated(knex: Knex, key: Key): Promise<boolean> {
  const row = await knex('process_instance')
    .where({ key, state: 'TERMINATED' })
    .first<object | undefined>('key');
  return row !== undefined;
}
