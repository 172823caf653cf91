/**
 * Job activation by long polling and by streams. A worker's poll, or its stream while it has room, waits in line for
 * its type; every batch that creates jobs of the type, or makes some available again, leases them to those in line in
 * the same transaction. A poll takes all it asked for in its turn and leaves; a stream takes one job and goes to the
 * end of the line, so that neither keeps jobs from the other.
 *
 * A lease is two columns of the job, `worker` and `deadline`, and moves `available_at` to the deadline: when
 * it has passed, the job can be taken again without anything having to happen.
 */
import { visibleVariables, readJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { databaseFailure } from '../store/failure.js';
import type { JobRows, TakeableJob } from '../store/job-rows.js';
import type { JobRow } from '../store/tables.js';
import type { Batch } from '../runtime/batch.js';
import type { Clock } from '../runtime/clock.js';
import { containDefect } from '../runtime/containment.js';
import { asDefect, Defect, RunAgain } from '../runtime/errors.js';
import type { ActivatedJob, ActivateJobsRequest, JobStream, StreamJobsRequest } from '../runtime/runtime.js';
import type { GroupCommit } from '../runtime/group-commit.js';
import { headersOf, userTaskOf } from './activated-headers.js';
import { createAlarm } from './alarm.js';
import type { Alarm } from './alarm.js';
import { createJobStreams } from './job-streams.js';
import type { Taker } from './job-streams.js';
import { recordLeases } from './sensitive-leases.js';
import { createAllowance } from './rates.js';
import type { JobRates } from './rates.js';

/** Gives jobs to workers. */
export interface Activation {
  activate(request: ActivateJobsRequest): Promise<readonly ActivatedJob[]>;
  stream(request: StreamJobsRequest): JobStream;
  /** Ends leases of jobs that did not reach their worker: others can take them at once. Never rejected. */
  giveBack(jobs: readonly ActivatedJob[]): Promise<void>;
  /** Whether jobs of the type wait that nobody here has asked for. */
  hasLeft(type: string): boolean;
  /** Looks for jobs of these types for those who wait; of all types where null. */
  look(types: readonly string[] | null): void;
  /** Answers every waiting poll with nothing, and takes no more; fulfilled when no lease is on its way. */
  stop(): Promise<void>;
}

/** Those who wait for jobs of one type. */
interface Line {
  readonly type: string;
  readonly takers: Set<Taker>;
  readonly alarm: Alarm;
  /** Whether the table may hold jobs that can be taken: not known to be empty. */
  mayHaveJobs: boolean;
}

type Granted = Map<Taker, ActivatedJob[]>;

/** Milliseconds before a job is tried again whose tree cannot be read. */
const RETRY_AFTER = 30_000;

/** Milliseconds in which another node has committed what it takes. */
const OTHERS_TIME = 50;

/** Milliseconds a poll waits when the worker names no time. */
const DEFAULT_WAIT = 10_000;

/** The longest wait that Node's timers can count; with a longer one they would ring at once. */
const LONGEST_WAIT = 2_147_483_647;

/** Begins to give jobs to workers; hooks itself into the batches of `group`. */
export function startActivation(
  group: GroupCommit,
  rows: JobRows,
  clock: Clock,
  onError: (error: unknown, what: string) => void,
  rates: JobRates = {},
): Activation {
  const allowance = createAllowance(rates);
  const lines = new Map<string, Line>();
  let isStopped = false;

  const lineOf = (type: string): Line => {
    let line = lines.get(type);
    if (!line) {
      const alarm = createAlarm(clock, () => lookAgain(line as Line), onError);
      line = { type, takers: new Set(), alarm, mayHaveJobs: true };
      lines.set(type, line);
    }
    return line;
  };

  const join = (taker: Taker): void => {
    if (isStopped) return;
    const line = lineOf(taker.request.type);
    line.takers.add(taker);
    if (line.alarm.isDue()) line.mayHaveJobs = true;
    if (line.mayHaveJobs) group.wake();
  };

  const leave = (taker: Taker): void => void lines.get(taker.request.type)?.takers.delete(taker);

  const streams = createJobStreams({ group, rows, clock, onError, join, leave });

  const lookAgain = (line: Line): void => {
    line.mayHaveJobs = true;
    if (line.takers.size > 0) group.wake();
  };

  group.beforeCommit((batch) => {
    streams.makeRoom(batch);
    const { createdJobs, jobsChanged } = batch.changes;
    const granted = new Map<Taker, ActivatedJob[]>();
    for (const line of lines.values()) {
      const created = createdJobs.get(line.type);
      const left = allowance.left(line.type, batch.now);
      if (jobsChanged || (created && (line.takers.size === 0 || left < Infinity))) line.mayHaveJobs = true;
      if (line.takers.size === 0) continue;
      if (left === 0) {
        line.alarm.setBy(allowance.nextAt(line.type, batch.now));
        continue;
      }
      if (line.mayHaveJobs) grantStored(batch, line, granted);
      else if (created) grantCreated(batch, line, created, granted);
    }
    if (granted.size === 0) return;
    for (const [{ request }, jobs] of granted) {
      allowance.count(request.type, jobs.length, batch.now);
      recordLeases(batch, request, jobs);
    }
    answerAfter(batch, granted);
  });

  group.afterCommit(() => {
    for (const line of lines.values()) {
      if (!line.mayHaveJobs || line.takers.size > 0) continue;
      line.alarm.stop();
      lines.delete(line.type);
    }
  });

  /** Leases what the table has, oldest first: one question for all who stand in line. */
  const grantStored = (batch: Batch, line: Line, granted: Granted): void => {
    const wanted = [...line.takers].reduce((sum, taker) => sum + Math.max(0, taker.room()), 0);
    const limit = Math.min(wanted, allowance.left(line.type, batch.now));
    if (limit === 0) return;
    batch.flush();
    const jobs = rows.takeable(line.type, batch.now, limit);
    if (jobs.length < limit) {
      line.mayHaveJobs = false;
      // What could be taken already and was not is being taken by another node, which may still fail.
      line.alarm.setBy(Math.max(rows.nextAvailable(line.type) ?? Infinity, batch.now + OTHERS_TIME));
    }
    batch.load(jobs.map(({ rootKey }) => rootKey));
    const turns = takeTurns(line.takers, granted);
    for (const job of jobs) {
      const taker = turns();
      if (!taker) return;
      lease(batch, line, taker, job, granted);
    }
  };

  /** Leases jobs of this very batch: their rows are not written yet, so the lease costs no write. */
  const grantCreated = (batch: Batch, line: Line, created: readonly Key[], granted: Granted): void => {
    const turns = takeTurns(line.takers, granted);
    for (const key of created) {
      const row = batch.tables.jobs.get(key);
      if (!row || row.available_at === null || row.available_at > batch.now) continue;
      const taker = turns();
      if (!taker) {
        line.mayHaveJobs = true;
        return;
      }
      const tags = batch.tables.processInstances.get(row.process_instance_key)?.tags ?? null;
      lease(batch, line, taker, asTakeable(row, tags), granted);
    }
  };

  const lease = (batch: Batch, line: Line, taker: Taker, job: TakeableJob, granted: Granted): void => {
    const { worker, timeoutMs } = taker.request;
    const deadline = batch.now + timeoutMs;
    try {
      const activated = describe(batch, taker.request, job, deadline);
      const jobs = granted.get(taker) ?? [];
      granted.set(taker, jobs);
      jobs.push(activated);
      batch.tables.jobs.update(job.key, { worker, deadline, available_at: deadline });
    } catch (error) {
      if (databaseFailure(error) || error instanceof RunAgain) throw error;
      const defect = asDefect(error);
      onError(defect, `activating job ${job.key}`);
      if (containDefect(batch, job.rootKey, { kind: 'job', key: job.key }, defect)) return;
      const later = batch.now + RETRY_AFTER;
      batch.tables.jobs.update(job.key, { worker: null, deadline: later, available_at: later });
    }
    line.alarm.setBy(deadline);
  };

  const describe = (
    batch: Batch,
    request: Taker['request'],
    job: TakeableJob,
    deadline: number,
  ): ActivatedJob => {
    const tree = batch.tree(job.rootKey);
    const element = tree?.elements.get(job.elementInstanceKey);
    if (!tree || !element) throw new Defect(`Job ${job.key} has no element instance`, String(job.key));
    const { processId, version } = element.definition;
    const names =
      request.fetchVariables && request.fetchVariables.length > 0 ? request.fetchVariables : undefined;
    return {
      jobKey: job.key,
      type: job.type,
      kind: job.kind,
      listens: job.listens,
      processInstanceKey: job.processInstanceKey,
      rootProcessInstanceKey: job.rootKey,
      processId,
      processDefinitionVersion: version,
      processDefinitionKey: job.processDefinitionKey,
      elementId: job.elementId,
      elementInstanceKey: job.elementInstanceKey,
      customHeaders: headersOf(tree, element, job),
      userTask: userTaskOf(tree, element, job),
      worker: request.worker,
      retries: job.retries,
      deadline,
      variables: visibleVariables(element, names),
      tags: job.tags === null ? [] : (readJson(job.tags) as string[]),
    };
  };

  const answerAfter = (batch: Batch, granted: Granted): void => {
    for (const taker of granted.keys()) {
      leave(taker);
      if (taker.isStream) join(taker);
    }
    batch.onCommit(() => {
      for (const [taker, jobs] of granted) {
        if (taker.isOver) void giveBack(jobs);
        else taker.answer(jobs);
        if (taker.isStream && taker.room() <= 0) leave(taker);
      }
    });
    batch.onRollback(() => {
      for (const [taker, jobs] of granted) {
        allowance.count(taker.request.type, -jobs.length, batch.now);
        if (!taker.isOver) join(taker);
        lineOf(taker.request.type).mayHaveJobs = true;
      }
    });
  };

  const giveBack = (jobs: readonly ActivatedJob[]): Promise<void> =>
    group
      .run((batch) => jobs.forEach((job) => endLease(batch, job)))
      .catch((error: unknown) => onError(error, 'taking jobs back that nobody got'));

  return {
    stream: streams.open,
    giveBack,
    hasLeft: (type) => lines.get(type)?.mayHaveJobs ?? true,
    look(types) {
      for (const line of lines.values()) if (types === null || types.includes(line.type)) lookAgain(line);
    },
    activate(request) {
      if (isStopped || request.signal?.aborted) return Promise.resolve([]);
      return new Promise((resolve) => {
        const wait = Math.min(request.requestTimeoutMs || DEFAULT_WAIT, LONGEST_WAIT);
        const finish = (jobs: readonly ActivatedJob[]): void => {
          poll.isOver = true;
          clearTimeout(timer);
          request.signal?.removeEventListener('abort', giveUp);
          leave(poll);
          resolve(jobs);
        };
        const giveUp = (): void => finish([]);
        const poll: Taker = {
          request,
          isStream: false,
          isOver: false,
          room: () => request.maxJobs,
          answer: finish,
        };
        const timer = wait > 0 ? setTimeout(giveUp, wait) : undefined;
        request.signal?.addEventListener('abort', giveUp);
        join(poll);
        if (wait < 0) void group.run(() => undefined).then(giveUp, giveUp);
      });
    },
    stop() {
      isStopped = true;
      for (const line of lines.values()) {
        line.alarm.stop();
        for (const taker of [...line.takers]) {
          if (taker.isStream) leave(taker);
          else taker.answer([]);
        }
      }
      // What is being committed still has to be answered, or taken back from those who have gone.
      return group.run(() => undefined).catch(() => undefined);
    },
  };
}

/** Lets others take a job at once that never reached its worker. Not where it was taken again, or changed, meanwhile. */
function endLease(batch: Batch, { jobKey, worker, deadline }: ActivatedJob): void {
  batch.flush();
  const row = batch.tables.jobs.get(jobKey);
  if (row?.worker !== worker || row.available_at !== deadline) return;
  batch.tables.jobs.update(jobKey, { worker: null, deadline: null, available_at: batch.now });
  batch.changes.jobsChanged = true;
}

/** Gives the turns: a poll has all that it asked for, a stream one job before the next in line. */
function takeTurns(takers: ReadonlySet<Taker>, granted: Granted): () => Taker | undefined {
  const queue = [...takers];
  const hasRoom = (taker: Taker): boolean => (granted.get(taker)?.length ?? 0) < taker.room();
  let last: Taker | undefined;
  return () => {
    if (last?.isStream) queue.push(last);
    else if (last && hasRoom(last)) return last;
    do last = queue.shift();
    while (last && !hasRoom(last));
    return last;
  };
}

function asTakeable(row: JobRow, tags: string | null): TakeableJob {
  return {
    key: row.key,
    rootKey: row.root_key,
    processInstanceKey: row.process_instance_key,
    processDefinitionKey: row.process_definition_key,
    elementId: row.element_id,
    elementInstanceKey: row.element_instance_key,
    type: row.type,
    kind: row.kind,
    listens: row.listens,
    retries: row.retries,
    tags,
  };
}
