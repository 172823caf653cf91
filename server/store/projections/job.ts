/**
 * `job`: one row for each job. A job can be taken while `available_at` has come: at once when it was
 * created, after its back-off when it failed with retries left, after its incident was resolved. An incident
 * of a job keeps it from workers.
 */
import { placeOf } from './place.js';
import type { Projection } from './projection.js';

/**
 * A job is created, may fail and be given retries, and is over once. An error that nothing catches leaves
 * the job waiting for its incident to be resolved.
 */
export const job: Projection = {
  'job created': (event, stamp, { tables }) => {
    tables.jobs.insert({
      key: event.data.jobKey,
      ...placeOf(event, stamp),
      type: event.data.jobType,
      kind: event.data.kind,
      listens: event.data.listens ?? null,
      priority: event.data.priority ?? 0,
      state: 'CREATED',
      retries: event.data.retries,
      // Given once, however few retries its model writes: they count failures.
      available_at: stamp.at,
      created_at: stamp.at,
      updated_at: stamp.at,
      ended_at: null,
      error_code: null,
      error_message: null,
      denied_reason: null,
      worker: null,
      deadline: null,
    });
  },
  'job completed': (event, stamp, { tables }) => {
    const { jobKey, denied } = event.data;
    const said = denied ? { denied_reason: denied.reason } : {};
    tables.jobs.update(jobKey, { state: 'COMPLETED', ...said, ...over(stamp.at) });
  },
  'job cancelled': (event, stamp, { tables }) => {
    tables.jobs.update(event.data.jobKey, { state: 'CANCELED', ...over(stamp.at) });
  },
  'job failed': (event, stamp, { tables }) => {
    const { jobKey, retries, errorMessage, retryAt } = event.data;
    tables.jobs.update(jobKey, {
      state: 'FAILED',
      retries,
      error_message: errorMessage,
      available_at: retries > 0 ? retryAt : null,
      updated_at: stamp.at,
      deadline: null,
    });
  },
  'job updated': (event, stamp, { tables }) => {
    tables.jobs.update(event.data.jobKey, { retries: event.data.retries, updated_at: stamp.at });
  },
  'error thrown': (event, stamp, { tables }) => {
    const { jobKey, errorCode, errorMessage, caughtBy } = event.data;
    if (jobKey === undefined) return;
    tables.jobs.update(jobKey, {
      state: 'ERROR_THROWN',
      error_code: errorCode,
      error_message: errorMessage,
      available_at: null,
      updated_at: stamp.at,
      deadline: null,
      ...(caughtBy !== null && { ended_at: stamp.at }),
    });
  },
  'incident created': (event, stamp, { tables }) => {
    const row = event.data.jobKey === null ? undefined : tables.jobs.get(event.data.jobKey);
    if (!row || row.available_at === null) return;
    tables.jobs.update(row.key, { available_at: null, updated_at: stamp.at, deadline: null });
  },
  'incident resolved': (event, stamp, { tables }) => {
    const row = event.data.jobKey === null ? undefined : tables.jobs.get(event.data.jobKey);
    if (!row || row.ended_at !== null || row.retries <= 0) return;
    tables.jobs.update(row.key, { available_at: stamp.at, updated_at: stamp.at });
  },
};

function over(at: number): { available_at: null; updated_at: number; ended_at: number; deadline: null } {
  return { available_at: null, updated_at: at, ended_at: at, deadline: null };
}
