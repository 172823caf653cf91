/**
 * Timers: waiting ones are rows and cost nothing; one alarm stands at the earliest. Due timers are
 * triggered in batches, each one once however late the server is. A start event's timer belongs to its
 * definition and is scheduled again from when it was due, so that a cycle does not drift.
 *
 * Moves that a step postponed are due like a timer, but one instance goes on in a commit, the one that has waited longest,
 * and after that commit there is a rest as long as it took, where others ask meanwhile. So instances that run on and on
 * share half of the server's time at most, however many they are.
 */
import { nextOccurrence } from '@countersign/engine';
import type { Key, StepResult } from '@countersign/engine';
import { later } from '../guarded.js';
import { serverEvent } from '../store/journal-events.js';
import type { DueTimer, TimerRows } from '../store/timer-rows.js';
import type { Batch } from '../runtime/batch.js';
import type { Clock } from '../runtime/clock.js';
import { containDefect } from '../runtime/containment.js';
import { Defect, Unavailable } from '../runtime/errors.js';
import type { GroupCommit } from '../runtime/group-commit.js';
import { start } from '../runtime/messages.js';
import { createAlarm } from './alarm.js';

/** Running timers. */
export interface Timers {
  /** Looks for due timers at `time`, or earlier. */
  lookBy(time: number): void;
  stop(): void;
}

/** Timers triggered in one batch at most. */
const LIMIT = 200;

/** Milliseconds after which those that are still due wait for the next batch: others wait for this one. */
const BATCH_TIME = 20;

/** Characters of rows after which they wait as well: writing them takes its time at the end of the batch. */
const BATCH_CHARACTERS = 2_000_000;

/** The longest rest after a commit in which an instance went on, in milliseconds. */
const LONGEST_REST = 250;

/** Milliseconds in which another node has committed what it triggers. */
const OTHERS_TIME = 1_000;

/** Milliseconds before a timer is tried again whose instance cannot be read, or cannot be written. */
const RETRY_AFTER = 30_000;

/** Begins to trigger timers. */
export function startTimers(
  group: GroupCommit,
  rows: TimerRows,
  clock: Clock,
  onError: (error: unknown, what: string) => void,
): Timers {
  const postponed = new Map<number, number>();
  let isOneByOne = false;
  let last: number | null = null;
  /** Instances that were left to go on in a later commit. */
  let ongoing = 0;
  /** When the present batch began, where an instance went on in it. */
  let wentOn: number | null = null;
  /** Calls the rest off. */
  let rest: (() => void) | undefined;
  const ring = (): void => {
    // What is due rings again after the rest.
    if (rest) return;
    wentOn = null;
    group.runBehind(triggerDue).then(
      (next) => {
        if (wentOn !== null && group.isAsked()) restFor(performance.now() - wentOn);
        alarm.setBy(next);
      },
      (error: unknown) => {
        onError(error, 'triggering timers');
        alarm.setBy(clock.now() + afterFailure(error));
      },
    );
  };
  const alarm = createAlarm(clock, ring, onError);

  const restFor = (ms: number): void => {
    const goOn = (): void => {
      rest = undefined;
      alarm.setBy(clock.now());
    };
    rest = later(Math.min(LONGEST_REST, ms), 'going on with instances', goOn, onError);
  };

  /** Milliseconds to wait. One timer may be what a batch broke at: then each gets a batch of its own, to find it. */
  const afterFailure = (error: unknown): number => {
    if (error instanceof Unavailable) return error.retryAfterMs;
    if (isOneByOne) {
      if (last === null) return RETRY_AFTER;
      postponed.set(last, clock.now() + RETRY_AFTER);
    }
    isOneByOne = true;
    return 0;
  };

  /** Triggers what is due; answers when to look again. */
  const triggerDue = (batch: Batch): number => {
    batch.flush();
    for (const [key, until] of postponed) if (until <= batch.now) postponed.delete(key);
    const limit = (isOneByOne ? 1 : LIMIT + ongoing) + postponed.size;
    last = null;
    const all = rows.due(batch.now, limit);
    const isOngoing = (timer: DueTimer): boolean => goesOn(batch, timer) && !postponed.has(timer.key);
    const [longest, ...others] = all.filter(isOngoing);
    ongoing = others.length;
    const due = all.filter((timer) => !isOngoing(timer));
    batch.load([...due, ...(longest ? [longest] : [])].flatMap(({ rootKey }) => rootKey ?? []));
    const started = performance.now();
    const left = due.findIndex((timer, index) => {
      const isFull = performance.now() - started > BATCH_TIME || batch.characters() > BATCH_CHARACTERS;
      if (index > 0 && isFull) return true;
      if (!postponed.has(timer.key)) triggerOne(batch, timer);
      return false;
    });
    if (longest) {
      wentOn = started;
      triggerOne(batch, longest);
    }
    batch.flush();
    if (left >= 0 || ongoing > 0 || all.length >= limit) return batch.now;
    isOneByOne = false;
    const next = rows.nextDue();
    if (next === null) return Infinity;
    if (next > batch.now) return next;
    // What is due and not to be had is postponed here, or being triggered by another node.
    return Math.min(...postponed.values(), batch.now + (postponed.size > 0 ? RETRY_AFTER : OTHERS_TIME));
  };

  const triggerOne = (batch: Batch, timer: DueTimer): void => {
    last = timer.key;
    try {
      if (timer.rootKey === null) return triggerStart(batch, timer);
      const result = trigger(batch, timer.rootKey, timer.key);
      if (result.ok || !isStillOpen(batch, timer)) return;
      if (result.rejection.type === 'INVALID_STATE') {
        // Its tree was suspended in this very batch.
        postponed.set(timer.key, batch.now + RETRY_AFTER);
        return;
      }
      throw new Defect(result.rejection.reason, String(timer.key));
    } catch (error) {
      if (!(error instanceof Defect)) throw error;
      onError(error, `triggering timer ${timer.key}`);
      const { key, rootKey } = timer;
      if (rootKey !== null && containDefect(batch, rootKey, { kind: 'timer', key }, error)) return;
      postponed.set(key, batch.now + RETRY_AFTER);
    }
  };

  group.afterCommit((batch) => alarm.setBy(batch.changes.nextDue));
  alarm.setBy(rows.nextDue() ?? Infinity);
  const unreadable = rows.countUnreadable();
  if (unreadable > 0)
    onError(
      new Error(`${unreadable} timers bear a time that cannot be read and never fire`),
      'triggering timers',
    );
  return {
    lookBy: (time) => alarm.setBy(time),
    stop() {
      rest?.();
      alarm.stop();
    },
  };
}

/** Triggers a timer of an instance, or goes on with moves that were postponed under its key. */
function trigger(batch: Batch, rootKey: Key, timerKey: Key): StepResult {
  const isPostponed = batch.tree(rootKey)?.postponed?.key === timerKey;
  if (isPostponed) return batch.step(rootKey, { type: 'continue moves', timerKey }, 'system');
  return batch.step(rootKey, { type: 'trigger timer', timerKey }, 'timer');
}

/** Whether a row stands for moves that were postponed: it has the id of the process, where a timer has that of its event. */
function goesOn(batch: Batch, { rootKey, elementId, processDefinitionKey }: DueTimer): boolean {
  return rootKey !== null && elementId === batch.processIdOf(processDefinitionKey);
}

/** Whether the timer was not cancelled by an earlier one of the same batch. */
function isStillOpen(batch: Batch, timer: DueTimer): boolean {
  return batch.tables.timers.get(timer.key) !== undefined;
}

/** Starts an instance and schedules the next one, skipping repetitions that were missed. */
function triggerStart(batch: Batch, timer: DueTimer): void {
  const { key, processDefinitionKey, elementId, dueAt } = timer;
  const trigger = { timerKey: key, dueAt };
  start(batch, processDefinitionKey, elementId, {}, 'timer', trigger);
  const at = [processDefinitionKey, elementId] as const;
  batch.record(serverEvent('timer triggered', { timerKey: key, targetId: elementId }, ...at), 'timer');
  const next = nextOccurrence(timer, batch.now);
  if (!next) return;
  const data = { timerKey: batch.nextKey(), targetId: elementId, ...next };
  batch.record(serverEvent('timer scheduled', data, ...at), 'timer');
}
