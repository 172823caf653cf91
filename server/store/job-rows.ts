/** Jobs that a worker can take. Reads what is flushed. */
import { writeJson } from '@countersign/engine';
import type { JobKind, Key, ListenerEvent } from '@countersign/engine';
import type { Database } from './database.js';
import { createTurns, inTurns } from './job-turns.js';
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

/** Who holds a job, and until when; null where nobody does. */
export interface JobLease {
  readonly key: Key;
  readonly worker: string | null;
  readonly deadline: number | null;
}

/** Queries about jobs and their leases. */
export interface JobRows {
  /** Whether other nodes give jobs of the same database. */
  readonly isShared: boolean;
  /**
   * Jobs of a type that can be taken at `now`: by priority, then in turn from each process definition those that wait
   * longest. On a shared database they are kept from other nodes until the end of the batch, and those that others keep
   * are left out.
   */
  takeable(type: string, now: number, limit: number): TakeableJob[];
  /** From when the next job of a type can be taken; null where there is none. */
  nextAvailable(type: string): number | null;
  /** The leases of jobs; those that are gone are left out. */
  leases(keys: readonly Key[]): JobLease[];
}

/** The columns of a `TakeableJob`, of the table `job`. */
export const TAKEABLE = `key, root_key as rootKey, process_instance_key as processInstanceKey,
  process_definition_key as processDefinitionKey, element_id as elementId,
  element_instance_key as elementInstanceKey, type, kind, listens, retries,
  (select tags from process_instance p where p.key = job.process_instance_key) as tags`;

/**
 * The queries on `connection`. They walk the index on type, priority, definition and availability, one priority at a
 * time, and within it in turn through the definitions that have jobs, beginning after the one that was served last.
 */
export function createJobRows(connection: Database): JobRows {
  if (connection.dialect === 'postgres') return createSharedJobRows(connection);
  const priority = connection.prepare(
    `select max(priority) as priority from job where type = ? and priority < ? and priority >= ${-Number.MAX_SAFE_INTEGER} and available_at is not null`,
  );
  const definition = connection.prepare(
    `select min(process_definition_key) as key from job
     where type = ? and priority = ? and process_definition_key > ? and process_definition_key <= ${Number.MAX_SAFE_INTEGER}
       and available_at is not null`,
  );
  const takeable = connection.prepare(
    `select ${TAKEABLE} from job
     where type = ? and priority = ? and process_definition_key = ? and available_at is not null and available_at <= ?
     order by available_at, key limit ? offset ?`,
  );
  const next = connection.prepare(
    `select min(available_at) as at from job
     where type = ? and priority = ? and process_definition_key = ? and available_at is not null`,
  );
  const leases = connection.prepare(
    'select key, worker, deadline from job where key in (select value from json_each(?))',
  );
  const turns = createTurns();

  /** The priorities of jobs of a type that are not over, highest first; those that can be read, as below. */
  function* priorities(type: string): Generator<number> {
    let below = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const found = (priority.get(type, below) as { priority: number | null }).priority;
      if (found === null) return;
      yield found;
      below = found;
    }
  }

  /** The definitions that have such jobs: those after `start`, then the others. */
  function* definitions(type: string, urgency: number, start: number): Generator<Key> {
    for (const [from, to] of [
      [start, Infinity],
      [-1, start],
    ]) {
      for (let after = from; ;) {
        const { key } = definition.get(type, urgency, after) as { key: Key | null };
        if (key === null || key > to) break;
        yield key;
        after = key;
      }
    }
  }

  /** Jobs of one priority: of each definition one, then of each a second one, and so on. */
  const takeFairly = (type: string, urgency: number, now: number, limit: number): TakeableJob[] => {
    const found: { readonly key: Key; readonly jobs: TakeableJob[] }[] = [];
    for (const key of definitions(type, urgency, turns.servedLast(type))) {
      const jobs = takeable.all(type, urgency, key, now, 1, 0) as TakeableJob[];
      if (jobs.length > 0) found.push({ key, jobs });
      if (found.length === limit) break;
    }
    const share = Math.ceil(limit / Math.max(1, found.length));
    for (const { key, jobs } of found)
      jobs.push(...(takeable.all(type, urgency, key, now, share - 1, 1) as TakeableJob[]));
    fillUp(found, limit, (key, count, offset) => takeable.all(type, urgency, key, now, count, offset));
    return inTurns(found.map(({ jobs }) => jobs)).slice(0, limit);
  };

  return {
    isShared: false,
    leases: (keys) => leases.all(writeJson(keys)) as JobLease[],
    takeable(type, now, limit) {
      const jobs: TakeableJob[] = [];
      for (const urgency of priorities(type)) {
        jobs.push(...takeFairly(type, urgency, now, limit - jobs.length));
        if (jobs.length >= limit) break;
      }
      turns.remember(type, jobs);
      return jobs;
    },
    nextAvailable(type) {
      let earliest: number | null = null;
      for (const urgency of priorities(type)) {
        for (const key of definitions(type, urgency, -1)) {
          const { at } = next.get(type, urgency, key) as { at: number | null };
          if (at !== null && (earliest === null || at < earliest)) earliest = at;
        }
      }
      return earliest;
    },
  };
}

/** What some definitions leave of their shares goes to those that have more jobs than theirs. */
function fillUp(
  found: readonly { readonly key: Key; readonly jobs: TakeableJob[] }[],
  limit: number,
  more: (key: Key, count: number, offset: number) => unknown[],
): void {
  let missing = limit - found.reduce((sum, { jobs }) => sum + jobs.length, 0);
  for (const { key, jobs } of found) {
    if (missing <= 0) return;
    const added = more(key, missing, jobs.length) as TakeableJob[];
    jobs.push(...added);
    missing -= added.length;
  }
}
