/** Jobs that workers can take from a database that several nodes share: each job is given by one of them. */
import type { Database } from '../database.js';
import { TAKEABLE } from '../job-rows.js';
import type { JobLease, JobRows, TakeableJob } from '../job-rows.js';
import { arrayOfNumbers } from './sql.js';

/** The priorities of jobs of a type that are not over, highest first: one step in the index for each. */
const URGENCIES = `with recursive urgency(priority) as (
    (select max(priority) from job where type = ? and available_at is not null)
    union all
    select (select max(priority) from job
       where type = ? and priority < urgency.priority and available_at is not null)
     from urgency where urgency.priority is not null)`;

/** The queries on `connection`, each in one question. */
export function createSharedJobRows(connection: Database): JobRows {
  const takeable = connection.prepare(
    `${URGENCIES}
     select taken.* from urgency cross join lateral (
       select ${TAKEABLE} from job
       where type = ? and priority = urgency.priority and available_at is not null and available_at <= ?
       order by available_at, key limit ? for update skip locked) as taken
     limit ?`,
  );
  const next = connection.prepare(
    `${URGENCIES}
     select min((select min(available_at) from job
       where type = ? and priority = urgency.priority and available_at is not null)) as at
     from urgency where urgency.priority is not null`,
  );
  const leases = connection.prepare('select key, worker, deadline from job where key = any(?::bigint[])');
  return {
    isShared: true,
    leases: (keys) => leases.all(arrayOfNumbers(keys)) as JobLease[],
    takeable: (type, now, limit) => takeable.all(type, type, type, now, limit, limit) as TakeableJob[],
    nextAvailable: (type) => (next.get(type, type, type) as { at: number | null }).at,
  };
}
