/** Reads the journal: rows by filter, in the order of their positions or tree by tree, a part at a time. */
import { readJson } from '@countersign/engine';
import type { JsonObject, LeafRow } from '@countersign/engine';
import type { Knex } from 'knex';
import { isSqlite } from '../migrations/columns.js';
import { dataOf, isErased } from '../contents.js';
import { WITH_WORKER, findActors, nameWorker } from '../people.js';
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
  /** The root of the tree of instances it belongs to, and its place in that tree. */
  readonly rootProcessInstanceKey: string | null;
  readonly sequence: number | null;
  readonly processDefinitionKey: string | null;
  readonly data: unknown;
  /** Whether the row's content was erased: `data` has stand-ins for it. */
  readonly erased: boolean;
}

/** Which rows; absent parts select all. Times are milliseconds; `to` is exclusive. */
export interface AuditConditions {
  readonly processInstanceKey?: number;
  /** Rows `data viewed` that name this process instance. */
  readonly viewedInstanceKey?: number;
  /** A process by its id; with `version`, one version of it. */
  readonly processDefinitionId?: string;
  readonly version?: number;
  readonly elementId?: string;
  readonly types?: readonly string[];
  readonly actor?: string;
  readonly doneBy?: 'ai' | 'human' | 'system';
  readonly from?: number;
  readonly to?: number;
}

/** Which part of them: rows beyond the position `after`, in this order. */
export interface AuditPage {
  /** All of them where absent. */
  readonly limit?: number;
  readonly after?: number;
  /** The last position to look at: rows that come meanwhile stay out. */
  readonly until?: number;
  readonly order: 'asc' | 'desc';
}

/** Rows, and how much memory they take: the characters of their data. */
export interface FoundRows {
  readonly rows: AuditRow[];
  readonly characters: number;
}

/** A place in the order tree by tree. */
export interface TreePlace {
  readonly rootKey: number;
  readonly sequence: number;
}

/** A page of rows. */
export async function findAuditRows(
  knex: Knex,
  filter: AuditConditions,
  page: AuditPage,
): Promise<FoundRows> {
  const query = rowsWithContent(knex).orderBy('a.position', page.order);
  if (page.limit !== undefined) query.limit(page.limit);
  addAuditFilter(knex, query, filter);
  if (page.after !== undefined) query.where('a.position', page.order === 'asc' ? '>' : '<', page.after);
  if (page.until !== undefined) query.where('a.position', '<=', page.until);
  return found(knex, await runPage(knex, query, filter, page));
}

/** Positions in which a page of what people or agents did is looked for row by row. */
const NEAR = 20_000;

/**
 * Runs the query of a page. What people or agents did is looked for nearby first: where it is frequent, that fills the
 * page; where it is rare, its index does. Neither way is quick for both.
 */
async function runPage(
  knex: Knex,
  query: Knex.QueryBuilder,
  { doneBy }: AuditConditions,
  { limit, after, until, order }: AuditPage,
): Promise<Row[]> {
  const indexed = doneBy === undefined ? null : DONE_BY_INDEX[doneBy];
  if (indexed === null || limit === undefined || until !== undefined) return (await query) as Row[];
  const near = query.clone();
  if (order === 'asc') near.where('a.position', '<=', (after ?? 0) + NEAR);
  else near.where('a.position', '>', (after ?? (await lastAuditPosition(knex)) + 1) - NEAR);
  const rows = (await near) as Row[];
  if (rows.length === limit) return rows;
  query.whereRaw(indexed);
  return (await query) as Row[];
}

/** The rows of trees beyond `after` up to `to`, tree by tree, each in its order; none is beyond position `until`. */
export async function findTreeRows(
  knex: Knex,
  filter: AuditConditions,
  { after, to, until }: { after: TreePlace; to: TreePlace | null; until: number },
): Promise<FoundRows> {
  const query = rowsWithContent(knex)
    .orderBy(['a.root_key', 'a.sequence'])
    .whereRaw('(a.root_key, a.sequence) > (?, ?)', [after.rootKey, after.sequence])
    .where('a.position', '<=', until);
  if (to) query.whereRaw('(a.root_key, a.sequence) <= (?, ?)', [to.rootKey, to.sequence]);
  addAuditFilter(knex, query, filter);
  return found(knex, (await query) as Row[]);
}

/** The place of the row that is `count` rows beyond `after`; null where there are fewer. */
export async function findTreePlace(knex: Knex, after: TreePlace, count: number): Promise<TreePlace | null> {
  const row = await knex('audit as a')
    .orderBy(['a.root_key', 'a.sequence'])
    .whereRaw('(a.root_key, a.sequence) > (?, ?)', [after.rootKey, after.sequence])
    .offset(count - 1)
    .first<Row | undefined>('a.root_key', 'a.sequence');
  if (!row) return null;
  return { rootKey: Number(row.root_key), sequence: Number(row.sequence) };
}

/** The position of the newest row; 0 where there is none. */
export async function lastAuditPosition(knex: Knex): Promise<number> {
  const row = (await knex('audit').max({ last: 'position' }).first()) as
    { last: number | string | null } | undefined;
  return Number(row?.last ?? 0);
}

/** Types of most rows. The others have an index, `audit_rare`: this list is word for word the one in its definition. */
const FREQUENT_TYPES = [
  ...(['element activated', 'element completed', 'flow taken', 'job created', 'job completed'] as const),
  ...(['variable created', 'variable updated', 'timer scheduled', 'timer cancelled'] as const),
];
const RARE = `type not in (${FREQUENT_TYPES.map((type) => `'${type}'`).join(', ')})`;
/** The rows of the index `audit_person`, word for word as well. */
const PERSON = ["actor >= 'user:'", "actor < 'user;'"] as const;

/**
 * The event types that the journal may have: the rare ones that it has, each found by one step in their index, and the
 * frequent ones where it has any.
 */
export async function findAuditTypes(knex: Knex): Promise<string[]> {
  const types: string[] = [];
  for (let after = ''; ;) {
    const next = knex('audit').whereRaw(RARE).where('type', '>', after).orderBy('type').limit(1);
    const [type] = await next.pluck<string[]>('type');
    if (type === undefined) break;
    types.push(type);
    after = type;
  }
  const isEmpty = (await lastAuditPosition(knex)) === 0;
  return [...types, ...(isEmpty ? [] : FREQUENT_TYPES)].sort();
}

/** The data of the rows of a rare type since a time (milliseconds), as JSON. */
export function findRareData(knex: Knex, type: string, since: number): Promise<string[]> {
  const query = knex('audit as a').orderBy('a.position');
  addAuditFilter(knex, query, { types: [type], from: since });
  return query.pluck<string[]>('a.data');
}

function rowsWithContent(knex: Knex): Knex.QueryBuilder {
  return knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .select('a.*', 'c.content');
}

const BY_AI = "(a.actor like 'agent:%' or a.type like 'model call %')";
const BY_PERSON = "(a.actor like 'user:%')";
/** The same as positions from the indexes of what is rare. */
const DONE_BY_INDEX = {
  ai: `a.position in (select position from audit where type >= 'model call ' and type < 'model call!' and ${RARE}
    union select position from audit where actor >= 'agent:' and actor < 'agent;')`,
  human: `a.position in (select position from audit where actor >= 'user:' and actor < 'user;')`,
  system: null,
} as const;
const DONE_BY = { ai: BY_AI, human: BY_PERSON, system: `not ${BY_AI} and not ${BY_PERSON}` };

/** The position at which the rows before a time are over for good: where one node numbers them all. */
const BEFORE = `coalesce((select min(position) from audit_time
  where position > coalesce((select max(position) from audit_time where at < ?), 0)), ${Number.MAX_SAFE_INTEGER})`;

function addAuditFilter(knex: Knex, query: Knex.QueryBuilder, filter: AuditConditions): void {
  if (filter.processInstanceKey !== undefined) {
    // Rows are found by the tree they belong to; an instance that was called has its caller's root.
    query.whereRaw('a.root_key = coalesce((select root_key from process_instance where key = ?), ?)', [
      filter.processInstanceKey,
      filter.processInstanceKey,
    ]);
    query.where('a.process_instance_key', filter.processInstanceKey);
  }
  if (filter.viewedInstanceKey !== undefined) {
    const key = String(filter.viewedInstanceKey);
    const patterns = ['[', ','].flatMap((before) => [']', ','].map((after) => `%${before}${key}${after}%`));
    query.whereRaw(`a.type = 'data viewed' and a.${RARE}`);
    query.whereRaw(`(${patterns.map(() => 'a.data like ?').join(' or ')})`, patterns);
  }
  if (filter.processDefinitionId !== undefined) {
    const version = filter.version === undefined ? '' : ' and version = ?';
    query.whereRaw(
      `a.process_definition_key in (select key from process_definition where process_id = ?${version})`,
      filter.version === undefined
        ? [filter.processDefinitionId]
        : [filter.processDefinitionId, filter.version],
    );
  }
  if (filter.elementId !== undefined) query.where('a.element_id', filter.elementId);
  if (filter.types !== undefined) {
    query.whereIn('a.type', [...filter.types]);
    const frequent: readonly string[] = FREQUENT_TYPES;
    if (!filter.types.some((type) => frequent.includes(type))) query.whereRaw(`a.${RARE}`);
  }
  if (filter.actor !== undefined) {
    // Rows from before workers had pseudonyms have their names.
    const isActor = `a.actor in (?, (select ? || pseudonym from person where name = ?))`;
    const kind = filter.actor.slice(0, filter.actor.indexOf(':') + 1);
    const bindings = [filter.actor, kind, filter.actor];
    if (kind === 'worker:') query.whereRaw(`(${isActor} or ${NAMES_WORKER})`, [...bindings, filter.actor]);
    else query.whereRaw(isActor, bindings);
    if (filter.actor.startsWith('user:')) for (const bound of PERSON) query.whereRaw(`a.${bound}`);
  }
  if (filter.doneBy !== undefined) query.whereRaw(DONE_BY[filter.doneBy]);
  if (filter.from !== undefined) {
    query.where('a.at', '>=', filter.from);
    query.whereRaw('a.position >= (select min(position) from audit_time where at >= ?)', [filter.from]);
  }
  if (filter.to !== undefined) {
    query.where('a.at', '<', filter.to);
    if (isSqlite(knex)) query.whereRaw(`a.position < ${BEFORE}`, [filter.to]);
  }
}

/** Whether a row's data names a worker beside the actor: what it has in quotes is a member, never a value of somebody. */
const NAMES_WORKER = `(a.type in (${[...WITH_WORKER].map((type) => `'${type}'`).join(', ')}) and a.data like
  (select '%"worker":"worker:' || pseudonym || '"%' from person where name = ?))`;

async function found(knex: Knex, rows: readonly Row[]): Promise<FoundRows> {
  const actors = await findActors(
    knex,
    rows.flatMap(({ actor, type, data }) => {
      const worker = WITH_WORKER.has(String(type)) ? STORED_WORKER.exec(String(data))?.[1] : undefined;
      return worker === undefined ? [String(actor)] : [String(actor), worker];
    }),
  );
  const characters = rows.reduce((sum, { data, content }) => sum + lengthOf(data) + lengthOf(content), 0);
  return { rows: rows.map((row) => toAuditRow(row, actors)), characters };
}

/** The worker that the data names, as it is stored. */
const STORED_WORKER = /"worker":"(worker:p-[0-9a-f]{32})"/;

function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0;
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
    rootProcessInstanceKey: column.keyOrNull('root_key'),
    sequence: column.numberOrNull('sequence'),
    processDefinitionKey: column.keyOrNull('process_definition_key'),
    data: nameWorker(dataOf(stored), (worker) => actors.get(worker) ?? worker),
    erased: isErased(stored),
  };
}

/** Rows at positions as they are hashed. */
export async function findLeaves(knex: Knex, positions: readonly number[]): Promise<LeafRow[]> {
  const rows = await knex('audit')
    .whereIn('position', [...positions])
    .select<Row[]>();
  return rows.map((row) => {
    const column = reader(row);
    return {
      position: String(column.number('position')),
      rootKey: column.keyOrNull('root_key'),
      processInstanceKey: column.keyOrNull('process_instance_key'),
      sequence: column.numberOrNull('sequence'),
      at: column.time('at'),
      actor: column.text('actor'),
      type: column.text('type'),
      elementId: column.textOrNull('element_id'),
      elementInstanceKey: column.keyOrNull('element_instance_key'),
      flowId: column.textOrNull('flow_id'),
      processDefinitionKey: column.keyOrNull('process_definition_key'),
      data: readJson(column.text('data')) as JsonObject,
      commitment: column.textOrNull('commitment'),
    };
  });
}
