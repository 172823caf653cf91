/** Reads the journal: rows by filter, in the order of their positions, a page at a time. */
import type { Knex } from 'knex';
import type { Row } from './search-types.js';
import { reader } from './values.js';

/** A row of the journal, as the API gives it. `at` is ISO 8601 in UTC. */
export interface AuditRow {
  readonly position: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly elementId: string | null;
  readonly elementInstanceKey: string | null;
  readonly flowId: string | null;
  readonly processInstanceKey: string | null;
  readonly processDefinitionKey: string | null;
  readonly data: unknown;
}

/** Which rows; absent parts select all. Times are milliseconds; `to` is exclusive. */
export interface AuditFilter {
  readonly processInstanceKey?: number;
  readonly elementId?: string;
  readonly types?: readonly string[];
  readonly actor?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Which part of them: rows beyond the position `after`, in this order. */
export interface AuditPage {
  readonly limit: number;
  readonly after?: number;
  /** The last position to look at: rows that come meanwhile stay out. */
  readonly until?: number;
  readonly order: 'asc' | 'desc';
}

/** A page of rows. */
export async function findAuditRows(knex: Knex, filter: AuditFilter, page: AuditPage): Promise<AuditRow[]> {
  const query = knex('audit as a').orderBy('a.position', page.order).limit(page.limit).select();
  addAuditFilter(query, filter);
  if (page.after !== undefined) query.where('a.position', page.order === 'asc' ? '>' : '<', page.after);
  if (page.until !== undefined) query.where('a.position', '<=', page.until);
  return ((await query) as Row[]).map(toAuditRow);
}

/** The position of the newest row; 0 where there is none. */
export async function lastAuditPosition(knex: Knex): Promise<number> {
  const row = (await knex('audit').max({ last: 'position' }).first()) as
    { last: number | string | null } | undefined;
  return Number(row?.last ?? 0);
}

/** The event types that the journal has. */
export async function findAuditTypes(knex: Knex): Promise<string[]> {
  return (await knex('audit').distinct('type').orderBy('type').pluck('type')) as string[];
}

function addAuditFilter(query: Knex.QueryBuilder, filter: AuditFilter): void {
  if (filter.processInstanceKey !== undefined) {
    // Rows are found by the tree they belong to; an instance that was called has its caller's root.
    query.whereRaw('a.root_key = (select root_key from process_instance where key = ?)', [
      filter.processInstanceKey,
    ]);
    query.where('a.process_instance_key', filter.processInstanceKey);
  }
  if (filter.elementId !== undefined) query.where('a.element_id', filter.elementId);
  if (filter.types !== undefined) query.whereIn('a.type', [...filter.types]);
  if (filter.actor !== undefined) query.where('a.actor', filter.actor);
  if (filter.from !== undefined) query.where('a.at', '>=', filter.from);
  if (filter.to !== undefined) query.where('a.at', '<', filter.to);
}

function toAuditRow(row: Row): AuditRow {
  const column = reader(row);
  return {
    position: column.number('position'),
    at: column.time('at'),
    actor: column.text('actor'),
    type: column.text('type'),
    elementId: column.textOrNull('element_id'),
    elementInstanceKey: column.keyOrNull('element_instance_key'),
    flowId: column.textOrNull('flow_id'),
    processInstanceKey: column.keyOrNull('process_instance_key'),
    processDefinitionKey: column.keyOrNull('process_definition_key'),
    data: JSON.parse(column.text('data')) as unknown,
  };
}
