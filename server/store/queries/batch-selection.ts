/** Which process instances a batch operation is about: those of its filter that it can do something with. */
import type { Knex } from 'knex';
import { asKey } from '@countersign/engine';
import type { JsonObject, Key } from '@countersign/engine';
import type { BatchType } from '../batch-rows.js';
import { PROCESS_INSTANCES } from './process-instances.js';
import { restricts } from './restricting.js';
import { addFilter } from './search.js';

/** A process instance and the root of its tree. */
export interface Selected {
  readonly processInstanceKey: Key;
  readonly rootKey: Key;
}

const IS_SUSPENDED = 'exists (select 1 from held where held.key = pi.root_key)';
const IS_ROOT = 'pi.parent_process_instance_key is null';
const IS_ACTIVE = `pi.state = 'ACTIVE'`;

/** What an instance must be, besides what the filter says. */
const CANDIDATES: Readonly<Record<BatchType, string>> = {
  CANCEL_PROCESS_INSTANCE: `${IS_ACTIVE} and ${IS_ROOT}`,
  MIGRATE_PROCESS_INSTANCE: IS_ACTIVE,
  MODIFY_PROCESS_INSTANCE: IS_ACTIVE,
  RESOLVE_INCIDENT: `${IS_ACTIVE} and pi.incident_count > 0`,
  DELETE_PROCESS_INSTANCE: `pi.state <> 'ACTIVE' and ${IS_ROOT}`,
  UPDATE_VARIABLE: IS_ACTIVE,
  SUSPEND_PROCESS_INSTANCE: `${IS_ACTIVE} and ${IS_ROOT} and not ${IS_SUSPENDED}`,
  RESUME_PROCESS_INSTANCE: `${IS_ACTIVE} and ${IS_ROOT} and ${IS_SUSPENDED}`,
};

/** A selection, with the part of it that is asked for: keys above `after`, up to `upTo`. */
export interface Selection {
  readonly type: BatchType;
  readonly filter: JsonObject;
  readonly after: number;
  readonly upTo: number;
}

/** Why a filter cannot be used; null where it can. One that leaves nothing out is taken for a mistake. */
export function whyNotFilter(knex: Knex, filter: JsonObject): string | null {
  const reason = addFilter(knex, PROCESS_INSTANCES.from(knex), PROCESS_INSTANCES, filter);
  if (reason !== null || restricts(filter)) return reason;
  return 'filter has no condition, so that it would be about every process instance. Say which are meant, for example by processDefinitionId.';
}

/** The next instances of a selection, by key. Throws where the filter is wrong. */
export async function selectInstances(knex: Knex, selection: Selection, limit: number): Promise<Selected[]> {
  const { query } = await matching(knex, selection);
  const rows = (await query
    .select({ key: 'pi.key', rootKey: 'pi.root_key' })
    .orderBy('pi.key')
    .limit(limit)) as { key: number | string; rootKey: number | string }[];
  return rows.map(({ key, rootKey }) => ({
    processInstanceKey: asKey(Number(key)),
    rootKey: asKey(Number(rootKey)),
  }));
}

/** How many instances a selection has. */
export async function countInstances(knex: Knex, selection: Selection): Promise<number> {
  const { query } = await matching(knex, selection);
  const rows = await query.count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}

async function matching(
  knex: Knex,
  { type, filter, after, upTo }: Selection,
): Promise<{ query: Knex.QueryBuilder }> {
  const query = PROCESS_INSTANCES.from(knex);
  const prepared = (await PROCESS_INSTANCES.prepare?.(knex, filter)) ?? filter;
  const reason = addFilter(knex, query, PROCESS_INSTANCES, prepared);
  if (reason !== null) throw new Error(reason);
  query.whereRaw(CANDIDATES[type]).where('pi.key', '>', after).where('pi.key', '<=', upTo);
  // In an object: a query that is awaited runs.
  return { query };
}
