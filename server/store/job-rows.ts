/** Jobs that a worker can take. Reads what is flushed. */
import type { JobKind, Key } from '@countersign/engine';
import type { Database } from './database.js';

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
  readonly retries: number;
}

/** Queries about jobs and their leases. */
export interface JobRows {
  /** Jobs of a type that can be taken at `now`, those that wait longest first. */
  takeable(type: string, now: number, limit: number): TakeableJob[];
  /** From when the next job of a type can be taken; null where there is none. */
  nextAvailable(type: string): number | null;
  /** The tags of an instance as a JSON array; null without tags. */
  tagsOf(processInstanceKey: Key): string | null;
}

/** The queries on `connection`; they walk the index on type and availability from its start. */
export function createJobRows(connection: Database): JobRows {
  const takeable = connection.prepare(
    `select key, root_key as rootKey, process_instance_key as processInstanceKey,
       process_definition_key as processDefinitionKey, element_id as elementId,
       element_instance_key as elementInstanceKey, type, kind, retries
     from job where type = ? and available_at is not null and available_at <= ? order by available_at, key limit ?`,
  );
  const next = connection.prepare(
    'select min(available_at) as at from job where type = ? and available_at is not null',
  );
  const tags = connection.prepare('select tags from process_instance where key = ?');
  return {
    takeable: (type, now, limit) => takeable.all(type, now, limit) as TakeableJob[],
    nextAvailable: (type) => (next.get(type) as { at: number | null }).at,
    tagsOf: (key) => (tags.get(key) as { tags: string | null } | undefined)?.tags ?? null,
  };
}
