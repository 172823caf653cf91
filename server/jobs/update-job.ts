/** Changing a job that a worker may hold: its retries through the engine, its lease in the table. */
import type { Actor } from '@countersign/engine';
import type { Batch } from '../runtime/batch.js';
import type { CommandResult, UpdateJobRequest } from '../runtime/runtime.js';
import { runCommand } from '../runtime/commands.js';
import type { FindRoot } from '../store/roots.js';

/** Changes retries, time left to the worker, or both; nothing where either is refused. */
export function updateJob(
  batch: Batch,
  findRoot: FindRoot,
  request: UpdateJobRequest,
  actor: Actor,
): CommandResult {
  const { jobKey, retries, timeoutMs } = request;
  const row = batch.tables.jobs.get(jobKey);
  if (timeoutMs !== undefined) {
    if (!row || row.ended_at !== null) {
      return refuse(
        'NOT_FOUND',
        `No job with the key ${jobKey} is waiting: it is done, cancelled, or never was.`,
      );
    }
    if (row.deadline === null || (row.available_at === null && !batch.tables.held.get(jobKey))) {
      return refuse('INVALID_STATE', `No worker holds job ${jobKey}, so there is no time to change.`);
    }
  }
  const result: CommandResult =
    retries === undefined
      ? { ok: true, events: [] }
      : runCommand(batch, findRoot, { type: 'update job', jobKey, retries }, actor);
  if (result.ok && timeoutMs !== undefined) {
    const deadline = batch.now + timeoutMs;
    if (batch.tables.held.get(jobKey)) {
      batch.tables.jobs.update(jobKey, { deadline });
      batch.tables.held.update(jobKey, { at: deadline });
    } else batch.tables.jobs.update(jobKey, { deadline, available_at: deadline });
    batch.changes.jobsChanged = true;
  }
  return result;
}

function refuse(type: 'NOT_FOUND' | 'INVALID_STATE', reason: string): CommandResult {
  return { ok: false, rejection: { type, reason } };
}
