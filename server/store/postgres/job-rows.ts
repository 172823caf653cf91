/** Jobs that workers can take from a database that several nodes share: each job is given by one of them. */
import type { Key } from '@countersign/engine';
import type { Database } from '../database.js';
import { TAKEABLE } from '../job-rows.js';
import type { JobLease, JobRows, TakeableJob } from '../job-rows.js';
import { createTurns, inTurns } from '../job-turns.js';
import { arrayOfNumbers } from './sql.js';

/**
 * The priorities and process definitions of jobs of a type that are not over, highest priority first: one step in the
 * index for each.
 */
const PAIRS = `with recursive pair(priority, definition) as (
    (select priority, process_definition_key from job where type = ? and available_at is not null
     order by priority desc, process_definition_key limit 1)
    union all
    select next.* from pair cross join lateral (
      (select priority, process_definition_key from job
       where type = ? and priority = pair.priority and process_definition_key > pair.definition
         and available_at is not null order by process_definition_key limit 1)
      union all
      (select priority, process_definition_key from job
       where type = ? and priority < pair.priority and available_at is not null
       order by priority desc, process_definition_key limit 1)
      limit 1) as next)`;

/** Jobs of one priority and process definition that can be taken. */
interface Lot {
  readonly priority: number;
  readonly definition: Key;
  /** How many there are, as far as it matters. */
  count: number;
  /** How many are asked for. */
  wanted: number;
  readonly jobs: TakeableJob[];
}

/** The queries on `connection`: one for what there is, one that takes, and again where another node was quicker. */
export function createSharedJobRows(connection: Database): JobRows {
  const due = connection.prepare(
    `${PAIRS}
     select priority, definition, count from pair cross join lateral (
       select count(*) as count from (
         select 1 from job where type = ? and priority = pair.priority
           and process_definition_key = pair.definition and available_at is not null and available_at <= ?
         limit ?) as present) as counted
     where count > 0`,
  );
  const take = connection.prepare(
    `select lot.place, taken.* from unnest(?::bigint[], ?::bigint[], ?::bigint[])
       with ordinality as lot(priority, definition, wanted, place)
     cross join lateral (
       select ${TAKEABLE} from job
       where type = ? and priority = lot.priority and process_definition_key = lot.definition
         and available_at is not null and available_at <= ? and key <> all(?::bigint[])
       order by available_at, key limit lot.wanted for update skip locked) as taken`,
  );
  const next = connection.prepare(
    `${PAIRS}
     select min((select min(available_at) from job where type = ? and priority = pair.priority
       and process_definition_key = pair.definition and available_at is not null)) as at from pair`,
  );
  const leases = connection.prepare('select key, worker, deadline from job where key = any(?::bigint[])');
  const turns = createTurns();

  const takeWanted = (type: string, now: number, lots: readonly Lot[]): void => {
    const asked = lots.filter(({ wanted }) => wanted > 0);
    const rows = take.all(
      arrayOfNumbers(asked.map(({ priority }) => priority)),
      arrayOfNumbers(asked.map(({ definition }) => definition)),
      arrayOfNumbers(asked.map(({ wanted }) => wanted)),
      type,
      now,
      arrayOfNumbers(asked.flatMap(({ jobs }) => jobs.map(({ key }) => key))),
    ) as (TakeableJob & { readonly place: number })[];
    for (const { place, ...job } of rows) {
      asked[place - 1].jobs.push(job);
      asked[place - 1].wanted -= 1;
    }
    for (const lot of asked) {
      // What was there and cannot be had is being taken by another node.
      if (lot.wanted > 0) lot.count = lot.jobs.length;
      lot.wanted = 0;
    }
  };

  return {
    isShared: true,
    leases: (keys) => leases.all(arrayOfNumbers(keys)) as JobLease[],
    takeable(type, now, limit) {
      const found = due.all(type, type, type, type, now, limit) as Omit<Lot, 'wanted' | 'jobs'>[];
      const lots = found.map((pair): Lot => ({ ...pair, wanted: 0, jobs: [] }));
      const levels = inOrder(lots, turns.servedLast(type));
      for (let left = limit; shareOut(levels, left) < left;) {
        takeWanted(type, now, lots);
        left = limit - lots.reduce((sum, { jobs }) => sum + jobs.length, 0);
      }
      const jobs = levels.flatMap((level) => inTurns(level.map((lot) => lot.jobs)));
      turns.remember(type, jobs);
      return jobs;
    },
    nextAvailable: (type) => (next.get(type, type, type, type) as { at: number | null }).at,
  };
}

/** Lots of the same priority together, the highest first; among equals those after the definition `served` begin. */
function inOrder(lots: readonly Lot[], served: number): Lot[][] {
  const turn = ({ definition }: Lot): number => (definition > served ? 0 : 1);
  const levels = new Map<number, Lot[]>();
  const sorted = [...lots].sort(
    (a, b) => b.priority - a.priority || turn(a) - turn(b) || a.definition - b.definition,
  );
  for (const lot of sorted) levels.set(lot.priority, [...(levels.get(lot.priority) ?? []), lot]);
  return [...levels.values()];
}

/** Decides how many each lot is asked for, so many in all: the same of each, and more of those that have more. Answers how many are left over. */
function shareOut(levels: readonly (readonly Lot[])[], limit: number): number {
  let left = limit;
  const rest = ({ count, wanted, jobs }: Lot): number => count - wanted - jobs.length;
  for (const level of levels) {
    let open = level.filter((lot) => rest(lot) > 0);
    while (left > 0 && open.length > 0) {
      const each = Math.max(1, Math.floor(left / open.length));
      for (const lot of open) {
        const more = Math.min(each, rest(lot), left);
        lot.wanted += more;
        left -= more;
      }
      open = open.filter((lot) => rest(lot) > 0);
    }
  }
  return left;
}
