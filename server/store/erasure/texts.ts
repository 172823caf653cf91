/** Goes through the text columns of the database a page at a time: to change what stands there, or to count it. */
import type { Knex } from 'knex';
import type { Database } from '../database.js';
import { isSqlite } from '../migrations/columns.js';
import { TEXT_COLUMNS, whyItStays } from './text-columns.js';
import type { Treatment } from './text-columns.js';

/** A text column. */
export interface TextColumn {
  readonly table: string;
  readonly column: string;
}

/** A text in a column; `place` tells its row, as long as nobody changes that. */
export interface FoundText extends TextColumn {
  readonly place: string | number;
  readonly text: string;
}

/** A text and what comes in its place. */
export interface TextChange extends FoundText {
  readonly to: string;
}

/** Where a word still stands in a table, how often, and why. */
export interface Remaining extends TextColumn {
  readonly rows: number;
  /** Rows in which a user name only stands as a word of a longer text, and may mean something else. */
  readonly mentions: number;
  readonly why: string;
}

/** How a text names somebody. */
export type Naming = 'named' | 'mentioned' | null;

const PAGE = 2_000;

/** Blocks of PostgreSQL in a page: half a megabyte, and the long values beside it. */
const BLOCKS = 64;

/** Every text column of the database, as the database itself says, in the order of names. */
export async function textColumns(knex: Knex): Promise<TextColumn[]> {
  const rows = (await knex.raw(
    isSqlite(knex)
      ? `select m.name as "table", p.name as "column" from sqlite_master m join pragma_table_info(m.name) p
           where m.type = 'table' and m.name not like 'sqlite_%' and lower(p.type) in ('text', 'varchar(255)')`
      : `select table_name as "table", column_name as "column" from information_schema.columns
           where table_schema = current_schema() and data_type in ('text', 'character varying')`,
  )) as TextColumn[] | { rows: TextColumn[] };
  const columns = 'rows' in rows ? rows.rows : rows;
  return columns.sort((one, other) =>
    `${one.table}.${one.column}` < `${other.table}.${other.column}` ? -1 : 1,
  );
}

/** What an erasure does about a column; undefined where it is not declared. */
export function treatmentOf({ table, column }: TextColumn): Treatment | undefined {
  return TEXT_COLUMNS[table]?.[column];
}

/** The texts that `wanted` says yes to, a page at a time through all there are. */
export async function* findTexts(
  knex: Knex,
  { table, column }: TextColumn,
  wanted: (text: string) => boolean,
): AsyncGenerator<FoundText> {
  for await (const rows of isSqlite(knex)
    ? sqlitePages(knex, table, column)
    : postgresPages(knex, table, column)) {
    for (const { place, text } of rows) if (wanted(text)) yield { table, column, place, text };
  }
}

interface PlacedText {
  readonly place: string | number;
  readonly text: string;
}

async function* sqlitePages(knex: Knex, table: string, column: string): AsyncGenerator<PlacedText[]> {
  const sql =
    'select rowid as place, ?? as text from ?? where ?? is not null and rowid > ? order by rowid limit ?';
  for (let last: string | number = -1; ;) {
    const rows: PlacedText[] = await knex.raw<PlacedText[]>(sql, [column, table, column, last, PAGE]);
    yield rows;
    if (rows.length < PAGE) return;
    last = rows[rows.length - 1].place;
  }
}

/** By blocks of the table's file, which PostgreSQL finds without reading those before. */
async function* postgresPages(knex: Knex, table: string, column: string): AsyncGenerator<PlacedText[]> {
  const sql =
    'select ctid::text as place, ?? as text from ?? where ?? is not null and ctid >= ?::tid and ctid < ?::tid';
  for (let block = 0; block < (await blocksOf(knex, table)); block += BLOCKS) {
    const range = [`(${block},0)`, `(${block + BLOCKS},0)`];
    const { rows } = await knex.raw<{ rows: PlacedText[] }>(sql, [column, table, column, ...range]);
    yield rows;
  }
}

/** Asked again for each page: the table can grow. */
async function blocksOf(knex: Knex, table: string): Promise<number> {
  const { rows } = await knex.raw<{ rows: { blocks: number | string }[] }>(
    `select pg_relation_size(quote_ident(?)::regclass) / current_setting('block_size')::bigint as blocks`,
    [table],
  );
  return Number(rows[0].blocks);
}

/** Writes changes in a batch. A row that somebody changed meanwhile is left as it is. */
export function changeTexts(connection: Database, changes: readonly TextChange[]): void {
  const place = connection.dialect === 'sqlite' ? 'rowid = ?' : 'ctid = ?::tid';
  for (const { table, column, place: at, text, to } of changes) {
    connection
      .prepare(`update ${quoted(table)} set ${quoted(column)} = ? where ${place} and ${quoted(column)} = ?`)
      .run(to, at, text);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Counts the texts that name somebody, in every column that can. */
export async function findRemaining(
  knex: Knex,
  naming: (text: string, treatment: Treatment | undefined) => Naming,
): Promise<Remaining[]> {
  const found: Remaining[] = [];
  for (const column of await textColumns(knex)) {
    const treatment = treatmentOf(column);
    if (treatment === 'plain') continue;
    const counts = { named: 0, mentioned: 0 };
    const note = (text: string): boolean => {
      const how = naming(text, treatment);
      if (how !== null) counts[how] += 1;
      return false;
    };
    await findTexts(knex, column, note).next();
    const { named: rows, mentioned: mentions } = counts;
    if (rows + mentions > 0) {
      found.push({
        ...column,
        rows,
        mentions,
        why: whyItStays(column.table, column.column, { rows, mentions }),
      });
    }
  }
  return found;
}
