/** Pages and counts by the short way of a search: several queries in the same order, put together. */
import type { Knex } from 'knex';

/** What a page takes of each way. */
export interface WalkedPage {
  /** SQL of the values that the rows are ordered by, the key last. */
  readonly orders: readonly string[];
  readonly descending: boolean;
  /** Leaves out the rows that come before the page. */
  readonly bound: (query: Knex.QueryBuilder) => void;
  readonly offset: number;
  readonly limit: number;
}

/** The keys of a page, in its order. */
export async function walkedKeys(
  knex: Knex,
  ways: readonly Knex.QueryBuilder[],
  { orders, descending, bound, offset, limit }: WalkedPage,
): Promise<number[]> {
  const direction = descending ? 'desc' : 'asc';
  const parts = ways.map((way) => {
    const part = valuesOf(knex, way, orders).limit(offset + limit);
    bound(part);
    for (const sql of orders) part.orderByRaw(`${sql} ${direction}`);
    return part;
  });
  const page = together(knex, parts, orders.length).offset(offset).limit(limit);
  for (const [index] of orders.entries()) page.orderBy(nameOf(index), direction);
  const rows = (await page) as Record<string, number | string>[];
  return rows.map((row) => Number(row[nameOf(orders.length - 1)]));
}

/** Counts the rows of all ways, each once, up to `most`. */
export async function countWalked(
  knex: Knex,
  ways: readonly Knex.QueryBuilder[],
  orders: readonly string[],
  most: number,
): Promise<number> {
  const parts = ways.map((way) => valuesOf(knex, way, orders));
  const some = together(knex, parts, orders.length).limit(most).as('some');
  const rows = await knex.from(some).count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}

function nameOf(index: number): string {
  return `sort_${String(index)}`;
}

function valuesOf(knex: Knex, way: Knex.QueryBuilder, orders: readonly string[]): Knex.QueryBuilder {
  const values = Object.fromEntries(orders.map((sql, index) => [nameOf(index), knex.raw(sql)]));
  return way.clone().select(values);
}

/** The rows of all parts, each once. One part has each once by itself. */
function together(knex: Knex, parts: readonly Knex.QueryBuilder[], width: number): Knex.QueryBuilder {
  const [first, ...others] = parts.map((part, index) =>
    knex.from(part.as(`way_${String(index)}`)).select('*'),
  );
  if (others.length === 0) return knex.from(first.as('found')).select('*');
  const names = Array.from({ length: width }, (_, index) => nameOf(index));
  return knex.from(first.unionAll(others).as('found')).distinct(names);
}
