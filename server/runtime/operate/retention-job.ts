/**
 * Retention: ended instances of a process are deleted so many days after their end, where a rule says so, and those of a
 * version that was deleted with its history once they have ended. Looked at
 * every hour, some in each commit; sooner where that failed, by whichever node can. what a guard keeps (a legal hold) stays and is looked at again the next time.
 */
import type { Actor, Key } from '@countersign/engine';
import { every } from '../../guarded.js';
import { serverEvent } from '../../store/journal-events.js';
import type { Nodes } from '../../store/nodes.js';
import { createRetentionRows } from '../../store/retention-rows.js';
import type { RetentionRule } from '../../store/retention-rows.js';
import type { Store } from '../../store/store.js';
import type { GroupCommit } from '../group-commit.js';
import type { DeleteInstance } from './deletion.js';

/** What the runtime offers of retention. */
export interface Retention {
  rules(): Promise<RetentionRule[]>;
  /** Keeps ended instances of a process for so many days; null keeps them for ever. */
  set(processId: string, days: number | null, actor: Actor): Promise<void>;
  /** Deletes what has been kept long enough now; answers how many root instances. */
  apply(): Promise<number>;
  stop(): void;
}

/** What retention needs of the house. */
export interface RetentionParts {
  readonly store: Store;
  readonly nodes: Pick<Nodes, 'takeLease' | 'giveLease'>;
  readonly group: GroupCommit;
  readonly deleteInstance: DeleteInstance;
  readonly onError: (error: unknown, what: string) => void;
}

const DAY = 86_400_000;
const EVERY = 3_600_000;
/** Milliseconds before it is tried again where it failed; longer each time. */
const RETRY_AFTER = 60_000;
const LEASE = 'retention';

/** Instances looked at in one commit. */
const CHUNK = 50;

/** Begins to apply the rules. */
export function startRetention({ store, nodes, group, deleteInstance, onError }: RetentionParts): Retention {
  const rows = createRetentionRows(store.connection);
  let isStopped = false;

  /** Deletes those that `find` gives, in the order of their keys, always from above the last. */
  const deleteAll = async (find: (now: number, after: number) => Key[]): Promise<number> => {
    let after = 0;
    let deleted = 0;
    while (!isStopped) {
      const seen = await group.run((batch) => {
        batch.flush();
        const keys = find(batch.now, after);
        for (const key of keys) if (!deleteInstance(batch, key, 'system')) deleted += 1;
        return keys;
      });
      after = seen.at(-1) ?? after;
      if (seen.length < CHUNK) break;
    }
    return deleted;
  };

  const applyRule = ({ processId, days }: RetentionRule): Promise<number> =>
    deleteAll((now, after) => rows.endedBefore(processId, now - days * DAY, after, CHUNK));

  const apply = async (): Promise<number> => {
    if ((await nodes.takeLease(LEASE, EVERY / 2)) === null) return 0;
    try {
      let deleted = await deleteAll((_now, after) => rows.endedOfDeleted(after, CHUNK));
      for (const rule of await group.run(() => rows.rules())) deleted += await applyRule(rule);
      return deleted;
    } catch (error) {
      // Another node may be able to do what this one is not.
      await nodes.giveLease(LEASE).catch(() => undefined);
      throw error;
    }
  };

  let next = performance.now() + EVERY;
  let pause = RETRY_AFTER;
  const applyWhenDue = async (): Promise<void> => {
    if (performance.now() < next) return;
    next = performance.now() + pause;
    pause = Math.min(2 * pause, EVERY);
    await apply();
    next = performance.now() + EVERY;
    pause = RETRY_AFTER;
  };
  const stopApplying = every(RETRY_AFTER, 'applying retention', applyWhenDue, (error, what) => {
    if (!isStopped) onError(error, what);
  });

  return {
    rules: () => group.run(() => rows.rules()),
    set: (processId, days, actor) =>
      group.run((batch) => {
        const before = rows.rules().find((rule) => rule.processId === processId)?.days ?? null;
        rows.set(processId, days, batch.now, actor);
        batch.record(serverEvent('retention set', { processId, days, before }), actor);
      }),
    apply,
    stop() {
      isStopped = true;
      stopApplying();
    },
  };
}
