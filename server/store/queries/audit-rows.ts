/** Reads the journal: rows by filter, in the order of their positions, a page at a time. */
import type { Knex } from 'knex';
import { dataOf, isErased } from '../contents.js';
import { findActors, findStoredActor } from '../people.js';
import type { Row } from './search-types.js';
import { reader } from './values.js';

/**
 * A row of the journal, as the API gives it. `at` is ISO 8601 in UTC. A person whose name was erased acts under a
 * pseudonym, `user:p-…`.
 */
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
  /** Whether the row's content was erased: `data` has stand-ins for it. */
  readonly erased: boolean;
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
  const query = knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .orderBy('a.position', page.order)
    .limit(page.limit)
    .select('a.*', 'c.content');
  addAuditFilter(query, filter);
  if (filter.actor !== undefined) query.where('a.actor', await findStoredActor(knex, filter.actor));
  if (page.after !== undefined) query.where('a.position', page.order === 'asc' ? '>' : '<', page.after);
  if (page.until !== undefined) query.where('a.position', '<=', page.until);
  const rows = (await query) as Row[];
  const actors = await findActors(
    knex,
    rows.map(({ actor }) => String(actor)),
  );
  return rows.map((row) => toAuditRow(row, actors));
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
  if (filter.from !== undefined) query.where('a.at', '>=', filter.from);
  if (filter.to !== undefined) query.where('a.at', '<', filter.to);
}

function toAuditRow(row: Row, actors: ReadonlyMap<string, string>): AuditRow {
  const column = reader(row);
  const type = column.text('type');
  const actor = column.text('actor');
  const stored = {
    type,
    data: column.text('data'),
    commitment: column.textOrNull('commitment'),
    content: column.textOrNull('content'),
  };
  return {
    position: column.number('position'),
    at: column.time('at'),
    actor: actors.get(actor) ?? actor,
    type,
    elementId: column.textOrNull('element_id'),
    elementInstanceKey: column.keyOrNull('element_instance_key'),
    flowId: column.textOrNull('flow_id'),
    processInstanceKey: column.keyOrNull('process_instance_key'),
    processDefinitionKey: column.keyOrNull('process_definition_key'),
    data: dataOf(stored),
    erased: isErased(stored),
  };
}
