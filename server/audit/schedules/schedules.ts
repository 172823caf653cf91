/**
 * Exports that run by themselves. A schedule has a next occurrence; when its time has come, one node of all makes the
 * export:
 *
 *   due ──▶ file written ──▶ next occurrence
 *     └───▶ failed, said why ──▶ tried again, later each time, up to an hour
 *
 * Occurrences that were missed (nobody ran, or it was paused or failed meanwhile) are caught up by one run, whose
 * period begins where the first of them begins and ends where the last ends.
 */
import { nextOccurrence, scheduleTimer } from '@countersign/engine';
import type { Actor, JsonObject, Key, TimerSchedule } from '@countersign/engine';
import { every } from '../../guarded.js';
import type { Runtime } from '../../runtime/runtime.js';
import { serverEvent } from '../../store/journal-events.js';
import {
  createExportScheduleRows,
  findDueSchedules,
  findExportSchedule,
  findExportSchedules,
} from '../../store/queries/export-schedules.js';
import type { ExportSchedule, LastRun } from '../../store/queries/export-schedules.js';
import { isFolderName } from './export-folder.js';
import { periodBefore } from './period.js';
import type { Period, Span } from './period.js';

/** What a new schedule says. */
export interface ScheduleRequest {
  readonly name: string;
  readonly cycle: string;
  readonly filter: JsonObject;
  readonly period: Period | null;
  readonly format: string;
  readonly report: string | null;
  readonly folder: string;
}

/** Makes the file of a schedule for a span; answers its path below the export folder. Throws where it can't. */
export type RunExport = (
  schedule: ExportSchedule,
  run: { readonly span: Span | null; readonly at: number; readonly actor: Actor },
) => Promise<string>;

/** Sets, lists and runs schedules. */
export interface ExportSchedules {
  list(): Promise<ExportSchedule[]>;
  /** Answers what is wrong with a request as a sentence. */
  set(request: ScheduleRequest, actor: Actor): Promise<ExportSchedule | { readonly wrong: string }>;
  /** Pauses it or has it go on; false where nothing has the key. */
  setPaused(key: Key, isPaused: boolean, actor: Actor): Promise<boolean>;
  remove(key: Key, actor: Actor): Promise<boolean>;
  /** Makes an export of it now, besides its occurrences; answers how it ended, and undefined where nothing has the key. */
  runNow(key: Key, actor: Actor): Promise<LastRun | undefined>;
  /** Runs what is due now; fulfilled when it is done. */
  apply(): Promise<void>;
  close(): Promise<void>;
}

/** What schedules need of the house. */
export interface ScheduleParts {
  readonly runtime: Pick<Runtime, 'store' | 'commit' | 'clock' | 'lease'>;
  readonly runExport: RunExport;
  readonly onError: (error: unknown, what: string) => void;
}

const EVERY = 20_000;
/** Well within the time that a lease lasts. */
const KEEP_LEASE = 3_000;
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;
/** Missed occurrences that one run catches up; those after it are the next run's. */
const MOST_MISSED = 1_000;

/** Begins to run schedules. */
export function startExportSchedules({ runtime, runExport, onError }: ScheduleParts): ExportSchedules {
  const { store, commit, clock } = runtime;
  const rows = createExportScheduleRows(store.connection);
  const lease = runtime.lease('export schedules');
  let chain: Promise<void> = Promise.resolve();
  let isClosed = false;

  const runOnce = async (schedule: ExportSchedule, span: Span | null, actor: Actor): Promise<LastRun> => {
    const at = clock.now();
    try {
      return { at, outcome: 'complete', file: await runExport(schedule, { span, at, actor }), error: null };
    } catch (error) {
      onError(error, `making the scheduled export ${schedule.key}`);
      return {
        at,
        outcome: 'failed',
        file: null,
        error: error instanceof Error ? error.message : String(error),
      };
    }
  };

  const runDue = async (schedule: ExportSchedule): Promise<void> => {
    const { key, next } = schedule;
    if (!next) return;
    const last = lastMissed(next, clock.now());
    const run = await runOnce(schedule, spanOf(schedule, next.dueAt, last.dueAt), 'system');
    await commit((batch) => {
      lease.guard();
      rows.setLast(key, run);
      if (run.outcome === 'complete') {
        const following = nextOccurrence(last, last.dueAt);
        rows.setProgress(key, { next: following, tryAt: following?.dueAt ?? null, attempts: 0 });
      } else {
        const attempts = schedule.attempts + 1;
        const pause = Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
        rows.setProgress(key, { next, tryAt: batch.now + pause, attempts });
      }
    });
  };

  const applyNow = async (): Promise<void> => {
    const due = await findDueSchedules(store.knex, clock.now());
    if (due.length === 0 || (await lease.take()) === 'none') return;
    const stopKeeping = every(KEEP_LEASE, 'keeping the lease of scheduled exports', lease.take, onError);
    try {
      // Read again under the lease: another node may just have run them.
      for (const schedule of await findDueSchedules(store.knex, clock.now())) {
        if (!isClosed) await runDue(schedule);
      }
    } finally {
      stopKeeping();
    }
  };
  const apply = (): Promise<void> => {
    const turn = chain.then(applyNow);
    chain = turn.catch(() => undefined);
    return turn;
  };
  const stopLooking = every(EVERY, 'running scheduled exports', apply, (error, what) => {
    if (!isClosed) onError(error, what);
  });

  const changed = (key: Key, change: 'paused' | 'resumed' | 'removed', actor: Actor, write: () => void) =>
    findExportSchedule(store.knex, key).then(async (found) => {
      if (!found) return false;
      await commit((batch) => {
        write();
        batch.record(serverEvent('export schedule changed', { scheduleKey: key, change }), actor);
      });
      return true;
    });

  return {
    list: () => findExportSchedules(store.knex),
    async set(request, actor) {
      const next = scheduleTimer('cycle', request.cycle, clock.now());
      if (!next) {
        return {
          wrong:
            `cycle: "${request.cycle}" is no cycle. Use a cron expression such as "0 2 * * 1", or a repeating ` +
            'interval such as "R/P1D"; both are in UTC.',
        };
      }
      if (!isFolderName(request.folder)) {
        return {
          wrong: `folder: "${request.folder}" is no folder below the export folder. Use a name such as "audit/daily".`,
        };
      }
      return commit((batch) => {
        const key = batch.nextKey();
        const at = { setBy: actor, setAt: batch.now, isPaused: false, attempts: 0, last: null };
        const schedule = { key, ...request, ...at, next, tryAt: next.dueAt };
        rows.insert(schedule);
        const { filter: query, ...told } = request;
        batch.record(serverEvent('export schedule set', { scheduleKey: key, ...told, query }), actor);
        return schedule;
      });
    },
    setPaused: (key, isPaused, actor) =>
      changed(key, isPaused ? 'paused' : 'resumed', actor, () => rows.setPaused(key, isPaused)),
    remove: (key, actor) => changed(key, 'removed', actor, () => rows.remove(key)),
    async runNow(key, actor) {
      const schedule = await findExportSchedule(store.knex, key);
      if (!schedule) return undefined;
      const now = clock.now();
      const run = await runOnce(schedule, spanOf(schedule, now, now), actor);
      await commit(() => rows.setLast(key, run));
      return run;
    },
    apply,
    async close() {
      isClosed = true;
      stopLooking();
      await chain;
    },
  };
}

/** From the period before the first occurrence to the one before the last; null where the filter alone says what. */
function spanOf({ period }: ExportSchedule, first: number, last: number): Span | null {
  if (period === null) return null;
  return { from: periodBefore(period, first).from, to: periodBefore(period, last).to };
}

/** The last occurrence up to `now`, from one that was due: that one itself, or a later one. */
function lastMissed(first: TimerSchedule, now: number): TimerSchedule {
  let last = first;
  for (let count = 0; count < MOST_MISSED; count += 1) {
    const next = nextOccurrence(last, last.dueAt);
    if (!next || next.dueAt > now) break;
    last = next;
  }
  return last;
}
