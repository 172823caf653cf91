/**
 * Figures of what waits, for those who watch a server. Each query walks an index and stops at a bound, so
 * that looking costs the same however much there is.
 */
import { stat } from 'node:fs/promises';
import type { Knex } from 'knex';
import { isSqlite } from '../migrations/columns.js';

/** Rows that a figure counts at most: a full figure means "this many or more". */
const MOST_COUNTED = 10_000;
/** Jobs of one type that are counted, available and held together. */
const MOST_OF_A_TYPE = 1_000;
/** Job types that are counted. */
const MOST_TYPES = 50;

/** Open jobs of one type. */
export interface JobFigure {
  readonly type: string;
  /** Jobs that a worker could take now. */
  readonly available: number;
  /** Jobs that are leased to a worker, or wait after a failure. */
  readonly held: number;
}

/** Timers that should have fired. */
export interface TimerFigure {
  readonly due: number;
  /** When the earliest of all timers is due, milliseconds since the epoch; null where none waits. */
  readonly next: number | null;
}

/** The types of open jobs, each found by one step in the index. */
const TYPES = `
  with recursive found (type) as (
    select min(type) from job where available_at is not null
    union all
    select (select min(type) from job where available_at is not null and type > found.type)
    from found where found.type is not null
  )
  select type from found where type is not null limit ?`;

/** Open jobs at `now`, by type in alphabetical order: `MOST_TYPES` of them, with `MOST_OF_A_TYPE` jobs each at most. */
export async function countJobs(knex: Knex, now: number): Promise<JobFigure[]> {
  const types: unknown = await knex.raw(TYPES, [MOST_TYPES]);
  const figures: JobFigure[] = [];
  for (const { type } of rowsOf<{ type: string }>(types)) {
    const open = knex('job').select('available_at').where({ type }).whereNotNull('available_at');
    const [row] = await knex
      .from(open.limit(MOST_OF_A_TYPE).as('open'))
      .select<{ total: number | string; available: number | string | null }[]>(
        knex.raw('count(*) as total'),
        knex.raw('sum(case when available_at <= ? then 1 else 0 end) as available', [now]),
      );
    const available = Number(row.available ?? 0);
    figures.push({ type, available, held: Number(row.total) - available });
  }
  return figures;
}

/** The rows of a raw query: SQLite's client answers with them, PostgreSQL's with an object around them. */
function rowsOf<Row>(answer: unknown): Row[] {
  return Array.isArray(answer) ? (answer as Row[]) : (answer as { rows: Row[] }).rows;
}

/** Timers that are due at `now`. */
export async function countTimers(knex: Knex, now: number): Promise<TimerFigure> {
  const due = await countUpTo(knex, knex('timer').where('due_at', '<=', now));
  const row = (await knex('timer').min({ next: 'due_at' }).first()) as { next: number | string | null };
  return { due, next: row.next === null ? null : Number(row.next) };
}

/** Incidents that nobody has resolved. */
export function countIncidents(knex: Knex): Promise<number> {
  return countUpTo(knex, knex('incident').whereRaw("state = 'ACTIVE'"));
}

/** The bytes of the database: SQLite's file at `path` with its log, or PostgreSQL's whole database. */
export async function databaseSize(knex: Knex, path: string): Promise<number> {
  if (!isSqlite(knex)) {
    const { rows } = await knex.raw<{ rows: { size: number | string }[] }>(
      'select pg_database_size(current_database()) as size',
    );
    return Number(rows[0].size);
  }
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file).then(
        ({ size }) => size,
        // In memory, or no log yet.
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function countUpTo(knex: Knex, query: Knex.QueryBuilder): Promise<number> {
  const some = query.select(knex.raw('1 as one')).limit(MOST_COUNTED).as('some');
  const rows = await knex.from(some).count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}
