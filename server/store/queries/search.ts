/**
 * The one search: filter, sort, and pages by keyset cursors, for everything that can be searched.
 * A cursor holds the sort values of the row it points at and that row's key, so that a page costs
 * the same wherever it lies, and rows that come or go between two pages shift nothing.
 */
import type { Knex } from 'knex';
import type { Rights } from '../../access/grants/rights.js';
import { addCondition, asksNothing } from './conditions.js';
import { readCursor, writeCursor } from './cursor.js';
import type { CursorValue } from './cursor.js';
import { ownTasks, protect, seesAll } from './protected.js';
import { tellUnreadable } from '../readable.js';
import { countWalked, walkedKeys } from './search-walk.js';
import type {
  Field,
  Filter,
  JointFilter,
  Row,
  SearchRequest,
  SearchResult,
  Searchable,
} from './search-types.js';

const DEFAULT_LIMIT = 100;
const MOST_ITEMS = 10_000;
/** Counting stops here: a count costs as much as the rows it counts. */
const MOST_COUNTED = 10_000;

interface Order {
  readonly sql: string;
  readonly nullable: boolean;
  readonly descending: boolean;
}

/** Runs a search over what the caller may see; refuses what the fields do not know, with the place and what to write. */
export async function search<Item>(
  knex: Knex,
  what: Searchable<Item>,
  request: SearchRequest,
  rights: Rights,
): Promise<SearchResult<Item>> {
  const filtered = what.from(knex);
  protect(knex, filtered, what, rights);
  const given = request.filter ?? {};
  const wrongFilter = addFilter(knex, filtered, what, (await what.prepare?.(knex, given)) ?? given);
  if (wrongFilter !== null) return { ok: false, reason: wrongFilter };
  const orders = readOrders(what, request.sort ?? []);
  if (typeof orders === 'string') return { ok: false, reason: orders };

  const { limit = DEFAULT_LIMIT, from, after, before } = request.page ?? {};
  if (!(limit >= 1 && limit <= MOST_ITEMS)) {
    return { ok: false, reason: `page.limit must be from 1 to ${String(MOST_ITEMS)}.` };
  }
  const cursor = after ?? before;
  const backward = after === undefined && before !== undefined;
  let rowsQuery = filtered.clone();
  let bound = (_query: Knex.QueryBuilder): void => undefined;
  if (cursor !== undefined) {
    const values = readCursor(cursor, orders.length);
    if (!values)
      return {
        ok: false,
        reason: 'page.after and page.before must be cursors of an earlier answer to the same search.',
      };
    bound = (query) => addBound(query, orders, values, backward);
  }
  const own = ownTasks(what, rights);
  const isShort = own !== null || seesAll(what, rights);
  const ways = isShort ? (what.walk?.(knex, given, request.sort ?? [], own) ?? null) : null;
  const offset = cursor === undefined ? (from ?? 0) : 0;
  if (ways === null) {
    bound(rowsQuery);
    rowsQuery.offset(offset);
  } else {
    const descending = orders[0].descending !== backward;
    const page = { orders: orders.map(({ sql }) => sql), descending, bound, offset, limit };
    const keys = await walkedKeys(knex, ways.queries, page);
    rowsQuery = what.from(knex).whereIn(what.key, keys).whereRaw(ways.holds);
  }
  addOrder(rowsQuery, orders, backward);

  const selected: Record<string, Knex.Raw> = {};
  for (const [name, sql] of Object.entries(what.select)) selected[name] = knex.raw(sql);
  orders.forEach((order, index) => {
    selected[`sort_${String(index)}`] = knex.raw(order.sql);
  });
  const rows = (await rowsQuery.select(selected).limit(limit)) as Row[];
  if (backward) rows.reverse();
  const total =
    ways === null
      ? await countUpTo(knex, filtered)
      : await countWalked(
          knex,
          ways.queries,
          orders.map(({ sql }) => sql),
          MOST_COUNTED + 1,
        );
  return {
    ok: true,
    page: {
      items: rows.flatMap((row) => readItem(what, row)),
      page: {
        totalItems: Math.min(total, MOST_COUNTED),
        hasMoreTotalItems: total > MOST_COUNTED,
        startCursor: cursorOf(rows[0], orders),
        endCursor: cursorOf(rows[rows.length - 1], orders),
      },
    },
  };
}

/** The item of a row; none where it cannot be read, so that the others are found all the same. */
function readItem<Item>(what: Searchable<Item>, row: Row): Item[] {
  try {
    return [what.toItem(row)];
  } catch (error) {
    tellUnreadable(`A row with ${what.key} ${String(row['key'])} is left out: ${(error as Error).message}`);
    return [];
  }
}

/** The one item with this key, or null. */
export async function findByKey<Item>(
  knex: Knex,
  what: Searchable<Item>,
  key: number | string,
): Promise<Item | null> {
  const selected: Record<string, Knex.Raw> = {};
  for (const [name, sql] of Object.entries(what.select)) selected[name] = knex.raw(sql);
  const rows = (await what.from(knex).select(selected).whereRaw(`${what.key} = ?`, [key]).limit(1)) as Row[];
  return rows.length === 0 ? null : what.toItem(rows[0]);
}

/** Adds a whole filter object; answers why it is refused, or null. */
export function addFilter<Item>(
  knex: Knex,
  query: Knex.QueryBuilder,
  what: Searchable<Item>,
  filter: Filter,
): string | null {
  for (const [name, value] of Object.entries(filter)) {
    // A client with typed filters writes null for what it does not ask.
    if (value === undefined || value === null || isJoint(what, name)) continue;
    const special = what.special && Object.hasOwn(what.special, name) ? what.special[name] : undefined;
    const field = Object.hasOwn(what.fields, name) ? what.fields[name] : undefined;
    let reason: string | null;
    if (special) reason = special(query, value, knex);
    else if (field) reason = addCondition(query, name, field, value);
    else reason = `filter.${name} is not known. Known: ${filterNames(what).join(', ')}.`;
    if (reason !== null) return reason;
  }
  return addJoint(knex, query, what.joint ?? [], filter);
}

/** Every name that a filter can have. */
export function filterNames({
  fields,
  special = {},
  joint = [],
}: Pick<Searchable<unknown>, 'fields' | 'special' | 'joint'>): string[] {
  return [fields, special, ...joint.map((one) => one.fields)].flatMap((names) => Object.keys(names));
}

function isJoint({ joint = [] }: Searchable<unknown>, name: string): boolean {
  return joint.some(({ fields }) => Object.hasOwn(fields, name));
}

/** Adds what has to hold for one and the same row of another table. */
function addJoint(
  knex: Knex,
  query: Knex.QueryBuilder,
  joint: readonly JointFilter[],
  filter: Filter,
): string | null {
  for (const { fields, onlyOne, from } of joint) {
    const names = Object.keys(fields).filter((name) => !asksNothing(filter[name]));
    if (names.length === 0) continue;
    if (names.length > 1 && onlyOne !== undefined) return onlyOne;
    const rows = from(knex);
    for (const name of names) {
      const reason = addCondition(rows, name, fields[name], filter[name]);
      if (reason !== null) return reason;
    }
    query.whereExists(rows);
  }
  return null;
}

function readOrders(what: Searchable<unknown>, sort: NonNullable<SearchRequest['sort']>): Order[] | string {
  const orders: Order[] = [];
  for (const { field: name, order } of sort) {
    const field: Field | undefined = Object.hasOwn(what.fields, name) ? what.fields[name] : undefined;
    if (!field || field.sortable === false)
      return `sort.field "${name}" is not known or cannot be sorted by.`;
    orders.push({ sql: field.sql, nullable: field.nullable ?? false, descending: order === 'DESC' });
  }
  const last = orders.at(-1);
  orders.push({ sql: what.key, nullable: false, descending: last?.descending ?? false });
  return orders;
}

function addOrder(query: Knex.QueryBuilder, orders: readonly Order[], backward: boolean): void {
  for (const order of orders) {
    const descending = order.descending !== backward;
    const nulls = order.nullable ? (descending ? ' nulls first' : ' nulls last') : '';
    query.orderByRaw(`${order.sql} ${descending ? 'desc' : 'asc'}${nulls}`);
  }
}

/** Rows after the cursor in reading direction: equal in the first sort values and beyond it in the next. */
function addBound(
  query: Knex.QueryBuilder,
  orders: readonly Order[],
  values: readonly CursorValue[],
  backward: boolean,
): void {
  // Said once more by itself, so that an index on it leads to where the page begins.
  const [first] = orders;
  const start = values[0];
  if (start !== null && !first.nullable)
    query.whereRaw(`${first.sql} ${first.descending !== backward ? '<=' : '>='} ?`, [start]);
  query.where((bound) => {
    orders.forEach((order, index) => {
      bound.orWhere((alternative) => {
        for (let before = 0; before < index; before += 1) {
          const value = values[before];
          if (value === null) alternative.whereRaw(`${orders[before].sql} is null`);
          else alternative.whereRaw(`${orders[before].sql} = ?`, [value]);
        }
        addBeyond(alternative, order, values[index], order.descending !== backward);
      });
    });
  });
}

function addBeyond(query: Knex.QueryBuilder, order: Order, value: CursorValue, descending: boolean): void {
  if (value === null) {
    query.whereRaw(descending ? `${order.sql} is not null` : '1 = 0');
    return;
  }
  if (descending) query.whereRaw(`${order.sql} < ?`, [value]);
  else if (order.nullable) query.whereRaw(`(${order.sql} > ? or ${order.sql} is null)`, [value]);
  else query.whereRaw(`${order.sql} > ?`, [value]);
}

async function countUpTo(knex: Knex, filtered: Knex.QueryBuilder): Promise<number> {
  const some = filtered
    .clone()
    .select(knex.raw('1 as one'))
    .limit(MOST_COUNTED + 1)
    .as('some');
  const rows = await knex.from(some).count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}

function cursorOf(row: Row | undefined, orders: readonly Order[]): string | null {
  if (!row) return null;
  return writeCursor(orders.map((_, index) => row[`sort_${String(index)}`] as CursorValue));
}
