/** Jobs that a worker can take. Reads what is flushed. */
import type { JobKind, Key, ListenerEvent } from '@countersign/engine';
import type { Database } from './database.js';
import { createSharedJobRows } from './postgres/job-rows.js';

/** What a worker is told of a job, besides its variables. */
export interface TakeableJob {
  readonly key: Key;
  readonly rootKey: Key;
  readonly processInstanceKey: Key;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly type: string;
  readonly kind: JobKind;
  readonly listens: ListenerEvent | null;
  readonly retries: number;
  /** The tags of its instance as a JSON array; null without tags. */
  readonly tags: string | null;
}

/** Queries about jobs and their leases. */
export interface JobRows {
  /**
   * Jobs of a type that can be taken at `now`: by priority, then those that wait longest. On a shared database
   * they are kept from other nodes until the end of the batch, and those that others keep are left out.
   */
  takeable(type: string, now: number, limit: number): TakeableJob[];
  /** From when the next job of a type can be taken; null where there is none. */
  nextAvailable(type: string): number | null;
}

/** The columns of a `TakeableJob`, of the table `job`. */
export const TAKEABLE = `key, root_key as rootKey, process_instance_key as processInstanceKey,
  process_definition_key as processDefinitionKey, element_id as elementId,
  element_instance_key as elementInstanceKey, type, kind, listens, retries,
  (select tags from process_instance p where p.key = job.process_instance_key) as tags`;

/** The queries on `connection`. They walk the index on type, priority and availability, one priority at a time. */
export function createJobRows(connection: Database): JobRows {
  if (connection.dialect === 'postgres') return createSharedJobRows(connection);
  const priority = connection.prepare(
    'select max(priority) as priority from job where type = ? and priority < ? and available_at is not null',
  );
  const takeable = connection.prepare(
    `select ${TAKEABLE} from job where type = ? and priority = ? and available_at is not null and available_at <= ?
     order by available_at, key limit ?`,
  );
  const next = connection.prepare(
    'select min(available_at) as at from job where type = ? and priority = ? and available_at is not null',
  );

  /** The priorities of jobs of a type that are not over, highest first. */
  function* priorities(type: string): Generator<number> {
    let below = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const found = (priority.get(type, below) as { priority: number | null }).priority;
      if (found === null) return;
      yield found;
      below = found;
    }
  }

  return {
    takeable(type, now, limit) {
      const jobs: TakeableJob[] = [];
      for (const urgency of priorities(type)) {
        jobs.push(...(takeable.all(type, urgency, now, limit - jobs.length) as TakeableJob[]));
        if (jobs.length >= limit) break;
      }
      return jobs;
    },
    nextAvailable(type) {
      let earliest: number | null = null;
      for (const urgency of priorities(type)) {
        const { at } = next.get(type, urgency) as { at: number | null };
        if (at !== null && (earliest === null || at < earliest)) earliest = at;
      }
      return earliest;
    },
  };
}
