/** What a runtime tells whoever measures it. Called on the hot path: an observer must be quick and must not throw. */
import type { Command, Key, RejectionType } from '@countersign/engine';
import type { Batch } from './batch.js';
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

/** A piece of work on its way from a caller through a batch back to the caller. */
export interface WorkTrace {
  /** Runs it in its batch; a batch that breaks runs it again. */
  run<T>(work: () => T): T;
  /** It is committed, or failed by `error`. */
  ended(error?: unknown): void;
}

/** Told of every step and every commit. */
export interface RuntimeObserver {
  /** A command ran on the tree of `rootKey`; it may still be rolled back with its batch. */
  stepped(command: Command, outcome: 'ok' | RejectionType, rootKey: Key): void;
  committed(batch: CommittedBatch): void;
  /** Asked for each piece of work that begins to wait, where somebody traces. */
  readonly work?: () => WorkTrace;
}

/** Tells `observer` of a group's work. Add it before other hooks, so that theirs counts as part of the batch. */
export function observeGroup(group: GroupCommit, observer: RuntimeObserver): void {
  const { work: begin } = observer;
  if (begin) traceWork(group, begin);
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

/** Has every piece of work traced. The work is wrapped where it enters, so that whoever gives some need not know. */
function traceWork(group: GroupCommit, begin: () => WorkTrace): void {
  const traced = <T>(
    work: (batch: Batch) => T,
    run: (work: (batch: Batch) => T) => Promise<T>,
  ): Promise<T> => {
    const trace = begin();
    return run((batch) => trace.run(() => work(batch))).then(
      (value) => {
        trace.ended();
        return value;
      },
      (error: unknown) => {
        trace.ended(error);
        throw error;
      },
    );
  };
  const { run, runBehind } = group;
  group.run = (work, about) => traced(work, (wrapped) => run(wrapped, about));
  group.runBehind = (work) => traced(work, runBehind);
}
