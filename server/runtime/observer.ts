/** What a runtime tells whoever measures it. Called on the hot path: an observer must be quick and must not throw. */
import type { Command, RejectionType } from '@countersign/engine';
import type { GroupCommit } from './group-commit.js';

/** A batch that was committed. */
export interface CommittedBatch {
  /** Milliseconds from the last step to the end of the commit: writing the rows and waiting for the disk. */
  readonly ms: number;
  /** Rows of the journal. */
  readonly rows: number;
  /** Pieces of work that shared the commit. */
  readonly commands: number;
}

/** Told of every step and every commit. */
export interface RuntimeObserver {
  /** A command ran on a tree; it may still be rolled back with its batch. */
  stepped(command: Command['type'], outcome: 'ok' | RejectionType): void;
  committed(batch: CommittedBatch): void;
}

/** What observing commits needs of a group commit. */
type Commits = Pick<GroupCommit, 'beforeCommit' | 'afterCommit' | 'figures'>;

/** Tells `observer` of every commit. Add it before other hooks, so that their work counts as part of the batch. */
export function observeCommits(group: Commits, observer: RuntimeObserver): void {
  let began = 0;
  let commands = 0;
  group.beforeCommit(() => {
    began = performance.now();
  });
  group.afterCommit((batch) => {
    const total = group.figures().commands;
    observer.committed({ ms: performance.now() - began, rows: batch.rows(), commands: total - commands });
    commands = total;
  });
}
