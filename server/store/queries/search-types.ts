/** Words of the search queries: what can be searched, what is asked, what comes back. */
import type { Knex } from 'knex';
import type { Permission, ResourceType, TaskProperty } from '../../access/grants/permissions.js';
import type { Names } from '../../access/grants/rights.js';

/** How a field's values are written in a request and stored in its column. */
export type FieldKind =
  /** A string of digits; an integer column. */
  | 'key'
  | 'text'
  | 'integer'
  /** An ISO 8601 date and time; milliseconds since the epoch. */
  | 'time'
  /** true or false; an expression that gives 1 or 0. */
  | 'flag'
  /** One of a few words, in any case; stored in capitals. */
  | 'word';

/** A field that requests may filter and sort by. */
export type Field = FieldOfAnyKind &
  (
    | { readonly kind: Exclude<FieldKind, 'word'>; readonly words?: undefined }
    | { readonly kind: 'word'; readonly words: readonly string[] }
  );

interface FieldOfAnyKind {
  /** A column, or an SQL expression without parameters. */
  readonly sql: string;
  /** Whether it can be null: rows without a value come last when ascending, first when descending. */
  readonly nullable?: boolean;
  /** Maps a word of the API to what is stored; as it is where absent. */
  readonly stored?: (word: string) => string | number;
  readonly sortable?: boolean;
  /** For a `flag`: when it is true, as a condition that an index can serve. */
  readonly holds?: string;
}

/** Adds a condition that is more than a comparison of one field; answers why it is refused, or null. */
export type SpecialFilter = (query: Knex.QueryBuilder, value: unknown, knex: Knex) => string | null;

/** A filter as it was asked for: names with a value, or with operators. */
export type Filter = Readonly<Record<string, unknown>>;

/** Filters that are about one and the same row of another table. */
export interface JointFilter {
  readonly fields: Readonly<Record<string, Field>>;
  /** Why two of them are refused, where they mean the same. */
  readonly onlyOne?: string;
  /** A query for the rows that belong to one of what is searched, without the conditions. */
  from(knex: Knex): Knex.QueryBuilder;
}

/** A shorter way to the rows of a search. */
export interface Ways {
  /**
   * Queries whose rows have the key and the columns of the order under the names of the search, and together the rows
   * that the filter lets through. A row may be in several of them.
   */
  readonly queries: readonly Knex.QueryBuilder[];
  /** What the filter says, in SQL that no index serves: of a row that was found so, it still holds when it is read. */
  readonly holds: string;
}

/** Whom the tasks name that a caller sees, where it sees no others. */
export interface OwnTasks extends Names {
  readonly properties: readonly TaskProperty[];
}

/** The shorter way, where there is one for a filter and an order. `own`: null for who sees all. */
export type Walk = (
  knex: Knex,
  filter: Filter,
  sort: NonNullable<SearchRequest['sort']>,
  own: OwnTasks | null,
) => Ways | null;

/** Holds for the rows of user tasks that name somebody in a property. */
export type NamedIn = (query: Knex.QueryBuilder, names: Names, knex: Knex) => void;

/** A permission by which rows are found, and the SQL of the id that grants name. */
export interface Guard {
  readonly type: ResourceType;
  readonly permission: Permission;
  readonly id: string;
  /** How the tasks are found that name the caller, where grants can be for those. */
  readonly named?: Readonly<Record<TaskProperty, NamedIn>>;
}

/** A kind of thing that can be searched. */
export interface Searchable<Item> {
  /** The tables with their joins, no columns selected. */
  from(knex: Knex): Knex.QueryBuilder;
  /** Who finds a row: whoever meets one of these; null where the request as a whole was decided about. */
  readonly guards: readonly Guard[] | null;
  /** SQL by name in the row that `toItem` gets. */
  readonly select: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, Field>>;
  /** Filters that are not plain fields. */
  readonly special?: Readonly<Record<string, SpecialFilter>>;
  readonly joint?: readonly JointFilter[];
  /** Looks up what a filter means where no SQL can say it; the answer is for `addFilter` alone, and is never stored. */
  prepare?(knex: Knex, filter: Filter): Promise<Filter>;
  readonly walk?: Walk;
  /** SQL of the unique key that settles the order of equal rows. */
  readonly key: string;
  /** Throws where a row is not what it must be: it is left out of a page, and told. */
  toItem(row: Row): Item;
}

/** A row as the database gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** What is asked: not yet checked against the fields. */
export interface SearchRequest {
  readonly filter?: Filter;
  readonly sort?: readonly { readonly field: string; readonly order?: 'ASC' | 'DESC' }[];
  readonly page?: {
    readonly limit?: number;
    readonly from?: number;
    readonly after?: string;
    readonly before?: string;
  };
}

/** What comes back. Cursors are null where there is no row. */
export interface SearchPage<Item> {
  readonly items: Item[];
  readonly page: {
    readonly totalItems: number;
    readonly hasMoreTotalItems: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** The page asked for, or why the request is refused. */
export type SearchResult<Item> =
  { readonly ok: true; readonly page: SearchPage<Item> } | { readonly ok: false; readonly reason: string };
