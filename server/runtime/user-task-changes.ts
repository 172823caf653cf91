/** Changes of user tasks: a caller is answered when the task's listeners have let the change happen, or denied it. */
import type { Actor, EngineEvent, Key } from '@countersign/engine';
import type { Journal } from '../store/journal.js';
import type { FindRoot } from '../store/roots.js';
import type { Batch } from './batch.js';
import { createChanges, noteChange } from './changes.js';
import { addressOf } from './commands.js';
import { runContained } from './containment.js';
import type { GroupCommit } from './group-commit.js';
import type { ChangedUserTask, CommandResult, InstanceCommand, Refused } from './runtime.js';
import type { Waiting } from './waiting.js';

/** Changes user tasks. */
export interface UserTaskChanges {
  change(command: InstanceCommand, actor: Actor, revision?: number): Promise<ChangedUserTask | Refused>;
  /** Looks whether another node has brought to its end what callers wait for here. */
  look(keys: readonly Key[]): Promise<void>;
}

/** Milliseconds a caller waits for listeners. */
const PATIENCE = 10_000;

/** Where the journal tells how a change ended: in a tree, after a sequence. */
interface Place {
  readonly rootKey: Key;
  readonly sequence: number;
}

/** How user tasks are changed through `group`. Those who wait are settled with the refusal, with null where the change is made. */
export function createUserTaskChanges(
  group: GroupCommit,
  findRoot: FindRoot,
  journal: Pick<Journal, 'ofTree'>,
  waiting: Waiting<string | null>,
): UserTaskChanges {
  const places = new Map<Key, Place>();

  group.afterCommit(({ changes }) => {
    for (const { key, refusal } of changes.settledTasks) waiting.settle(key, refusal);
  });

  /** Waits for the listeners of a task that were asked in this batch. */
  const wait = async (batch: Batch, key: Key): Promise<string | null | undefined> => {
    const rootKey = findRoot('user task', key)?.rootKey;
    const sequence = rootKey === undefined ? undefined : batch.tree(rootKey)?.revision;
    if (rootKey !== undefined && sequence !== undefined) places.set(key, { rootKey, sequence });
    batch.onRollback(() => waiting.settle(key, undefined));
    try {
      return await waiting.wait(key, PATIENCE);
    } finally {
      places.delete(key);
    }
  };

  /** Refuses a command whose caller has not seen the newest row of the tree. */
  const isSeen = (command: InstanceCommand, revision: number) => (batch: Batch) => {
    const { what, key } = addressOf(command);
    const rootKey = findRoot(what, key)?.rootKey;
    const tree = rootKey === undefined ? undefined : batch.tree(rootKey);
    return !tree || tree.revision === revision ? null : MOVED;
  };

  return {
    async change(command, actor, revision) {
      let answer: Promise<string | null | undefined> | null = null;
      const look = (batch: Batch, outcome: CommandResult): void => {
        const key = outcome.ok ? pendingTask(outcome.events) : undefined;
        if (key !== undefined) answer = wait(batch, key);
      };
      const check = revision === undefined ? undefined : isSeen(command, revision);
      const result = await runContained(group, findRoot, command, actor, look, check);
      if (!result.ok) return result;
      const refusal = answer === null ? null : await (answer as Promise<string | null | undefined>);
      if (typeof refusal !== 'string') return { ok: true, isPending: refusal === undefined };
      return { ok: false, rejection: { type: 'INVALID_STATE', reason: refusal } };
    },
    look: (keys) =>
      group.run(() => {
        for (const key of keys) {
          const place = places.get(key);
          if (!place) continue;
          const changes = createChanges();
          for (const event of journal.ofTree(place.rootKey, place.sequence).events)
            noteChange(changes, event, 0, place.rootKey, null);
          const settled = changes.settledTasks.find((task) => task.key === key);
          if (settled) waiting.settle(key, settled.refusal);
        }
      }),
  };
}

const MOVED: Refused = {
  ok: false,
  rejection: { type: 'INVALID_STATE', reason: 'The process instance moves on all the time. Try again.' },
  hasMoved: true,
};

/** The user task whose listeners a command left waiting; undefined where the change is made. */
function pendingTask(events: readonly EngineEvent[]): Key | undefined {
  let pending: Key | undefined;
  for (const event of events) {
    if (event.type === 'user task change begun') pending ??= event.data.userTaskKey;
    else if (ENDS.has(event.type) && 'userTaskKey' in event.data && event.data.userTaskKey === pending)
      return undefined;
  }
  return pending;
}

const ENDS: ReadonlySet<string> = new Set([
  'user task assigned',
  'user task updated',
  'user task completed',
  'user task cancelled',
]);
