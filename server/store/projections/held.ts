/**
 * `held`: what suspended trees keep back. A job keeps the time from which a worker may take it, a timer when it is
 * due, a root instance since when it is suspended; a message subscription is only marked. While its key is here, a job
 * is not available and a timer is due never.
 */
import type { Key } from '@countersign/engine';
import type { Tables } from '../tables.js';
import type { Projection } from './projection.js';

/** When a timer is due that is kept back: beyond every date. */
export const NEVER = 8_640_000_000_000_000;

/** Suspending takes jobs, timers and subscriptions out of reach; resuming gives back those that are left. */
export const held: Projection = {
  'instance suspended': (event, stamp, { tables }) => {
    const { jobKeys, timerKeys, subscriptionKeys } = event.data;
    tables.held.insert({ key: event.processInstanceKey, at: stamp.at });
    for (const key of jobKeys) {
      const job = tables.jobs.get(key);
      if (job) holdJob(tables, key, job.available_at);
    }
    for (const key of timerKeys) {
      const timer = tables.timers.get(key);
      if (timer) holdTimer(tables, key, timer.due_at);
    }
    for (const key of subscriptionKeys) tables.held.insert({ key, at: null });
  },
  'instance resumed': (event, _stamp, { tables }) => {
    const { jobKeys, timerKeys, subscriptionKeys } = event.data;
    for (const key of jobKeys) {
      const kept = tables.held.get(key);
      const job = tables.jobs.get(key);
      if (kept && job?.ended_at === null) tables.jobs.update(key, { available_at: kept.at });
    }
    for (const key of timerKeys) {
      const kept = tables.held.get(key);
      if (kept && tables.timers.get(key)) tables.timers.update(key, { due_at: kept.at ?? 0 });
    }
    for (const key of [event.processInstanceKey, ...jobKeys, ...timerKeys, ...subscriptionKeys]) {
      if (tables.held.get(key)) tables.held.remove(key);
    }
  },
  'job created': (event, stamp, { tables }) => {
    const { jobKey, held: isHeld } = event.data;
    if (isHeld) holdJob(tables, jobKey, stamp.at);
  },
  'job failed': (event, _stamp, { tables }) => {
    const { jobKey, retries, retryAt, held: isHeld } = event.data;
    if (isHeld) holdJob(tables, jobKey, retries > 0 ? retryAt : null);
  },
  'incident created': ({ data: { jobKey } }, _stamp, { tables }) => {
    if (jobKey !== null && tables.held.get(jobKey)) tables.held.update(jobKey, { at: null });
  },
  'incident resolved': (event, stamp, { tables }) => {
    const { jobKey, timer, held: isHeld } = event.data;
    if (isHeld && timer) holdTimer(tables, timer.timerKey, timer.dueAt);
    if (!isHeld || jobKey === null || tables.jobs.get(jobKey)?.ended_at !== null) return;
    holdJob(tables, jobKey, stamp.at);
  },
  'timer scheduled': (event, _stamp, { tables }) => {
    if (event.data.held) holdTimer(tables, event.data.timerKey, event.data.dueAt);
  },
  'message subscription opened': (event, _stamp, { tables }) => {
    const { data } = event;
    if ('held' in data && data.held) tables.held.insert({ key: data.subscriptionKey, at: null });
  },
};

function holdJob(tables: Tables, key: Key, at: number | null): void {
  keep(tables, key, at);
  tables.jobs.update(key, { available_at: null });
}

function holdTimer(tables: Tables, key: Key, at: number): void {
  keep(tables, key, at);
  tables.timers.update(key, { due_at: NEVER });
}

function keep(tables: Tables, key: Key, at: number | null): void {
  if (tables.held.get(key)) tables.held.update(key, { at });
  else tables.held.insert({ key, at });
}
