/** Changes of user tasks: a caller is answered when the task's listeners have let the change happen, or denied it. */
import type { Actor, EngineEvent, Key } from '@countersign/engine';
import type { FindRoot } from '../store/roots.js';
import type { Batch } from './batch.js';
import { addressOf } from './commands.js';
import { runContained } from './containment.js';
import type { GroupCommit } from './group-commit.js';
import type { ChangedUserTask, CommandResult, InstanceCommand, Refused } from './runtime.js';

/** Changes user tasks. */
export type ChangeUserTask = (
  command: InstanceCommand,
  actor: Actor,
  revision?: number,
) => Promise<ChangedUserTask | Refused>;

/** Milliseconds a caller waits for listeners. */
const PATIENCE = 10_000;

type Settle = (refusal: string | null | undefined) => void;

/** How user tasks are changed through `group`. When `stopping` is aborted, those who wait are answered: still pending. */
export function createUserTaskChanges(
  group: GroupCommit,
  findRoot: FindRoot,
  stopping: AbortSignal,
): ChangeUserTask {
  const waiting = new Map<Key, Settle>();

  group.afterCommit(({ changes }) => {
    if (waiting.size === 0) return;
    for (const { key, refusal } of changes.settledTasks) waiting.get(key)?.(refusal);
  });

  /** Fulfilled with the refusal, with null when the change is made, with undefined when the time is over. */
  const settled = (key: Key): Promise<string | null | undefined> =>
    new Promise((resolve) => {
      const settle: Settle = (refusal) => {
        clearTimeout(timer);
        stopping.removeEventListener('abort', giveUp);
        waiting.delete(key);
        resolve(refusal);
      };
      const giveUp = (): void => settle(undefined);
      const timer = setTimeout(giveUp, PATIENCE);
      stopping.addEventListener('abort', giveUp);
      waiting.set(key, settle);
    });

  /** Refuses a command whose caller has not seen the newest row of the tree. */
  const isSeen = (command: InstanceCommand, revision: number) => (batch: Batch) => {
    const { what, key } = addressOf(command);
    const rootKey = findRoot(what, key)?.rootKey;
    const tree = rootKey === undefined ? undefined : batch.tree(rootKey);
    return !tree || tree.revision === revision ? null : MOVED;
  };

  return async (command, actor, revision) => {
    let answer: Promise<string | null | undefined> | null = null;
    const look = (batch: Batch, outcome: CommandResult): void => {
      const key = outcome.ok ? pendingTask(outcome.events) : undefined;
      if (key === undefined) return;
      answer = settled(key);
      batch.onRollback(() => waiting.get(key)?.(undefined));
    };
    const check = revision === undefined ? undefined : isSeen(command, revision);
    const result = await runContained(group, findRoot, command, actor, look, check);
    if (!result.ok) return result;
    const refusal = answer === null ? null : await (answer as Promise<string | null | undefined>);
    if (typeof refusal !== 'string') return { ok: true, isPending: refusal === undefined };
    return { ok: false, rejection: { type: 'INVALID_STATE', reason: refusal } };
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
