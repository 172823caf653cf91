/**
 * Group commit. Work that arrives while a commit runs waits and shares the next one; work that arrives
 * alone is committed in the same turn of the event loop. An answer is given after its commit.
 *
 * A batch goes: begin, run each piece of work, let the hooks add what follows from it (messages that meet
 * a new subscription, jobs for waiting workers), write the rows, commit, answer. Where the database fails
 * for a while, everybody is told to come back. Where one piece of work breaks the batch, all are rolled
 * back and run again one by one, so that it fails alone.
 */
import { databaseFailure } from '../store/transaction.js';
import type { Transactions } from '../store/transaction.js';
import { createBatch } from './batch.js';
import type { Batch, BatchParts } from './batch.js';
import type { Clock } from './clock.js';
import { Defect, Unavailable } from './errors.js';

/** How a group commit is made. */
export interface GroupCommitParts extends BatchParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly maxBatch: number;
  readonly maxQueue: number;
  /** Told of a failure that no caller waits for. */
  readonly onError: (error: unknown, what: string) => void;
}

/** A queue of work and the loop that commits it. */
export interface GroupCommit {
  /**
   * Runs `work` in a batch and answers with what it returns, after the commit. Work that throws after it
   * has journalled something is undone with its batch. Throws `Unavailable` or `Defect`.
   */
  run<T>(work: (batch: Batch) => T): Promise<T>;
  /** Has a batch run soon even if no work comes: its hooks have something to do. */
  wake(): void;
  /** Adds work to every batch, before its rows are written and it is committed. */
  beforeCommit(hook: (batch: Batch) => void): void;
  afterCommit(hook: (batch: Batch) => void): void;
  /** Refuses new work and answers when all that was taken is committed. */
  close(): Promise<void>;
  figures(): { queued: number; commits: number; commands: number };
}

interface Item {
  readonly work: (batch: Batch) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome =
  { readonly item: Item; readonly value: unknown } | { readonly item: Item; readonly error: unknown };

/** A batch is closed after so many milliseconds, so that those who wait for its commit need not wait long. */
const MAX_BATCH_TIME = 20;

/** Milliseconds after which trying again makes sense when the database failed. */
const RETRY_AFTER = 1_000;

/** A queue that would take longer than this, in milliseconds, takes nothing more. */
const MAX_WAIT = 10_000;

/** An empty queue. */
export function createGroupCommit(parts: GroupCommitParts): GroupCommit {
  const { transactions, clock, keys, maxBatch, maxQueue } = parts;
  const before: ((batch: Batch) => void)[] = [];
  const after: ((batch: Batch) => void)[] = [];
  const idle: (() => void)[] = [];
  let queue: Item[] = [];
  let head = 0;
  let isScheduled = false;
  let isWoken = false;
  let isClosed = false;
  let commits = 0;
  let commands = 0;
  const pace = createPace();

  const queued = (): number => queue.length - head;

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(turn);
  };

  const wake = (): void => {
    isWoken = true;
    schedule();
  };

  const turn = (): void => {
    isScheduled = false;
    if (transactions.isOpen()) return schedule();
    if (queued() > 0 || isWoken) {
      isWoken = false;
      commitNext();
    }
    if (queued() > 0 || isWoken) schedule();
    else for (const call of idle.splice(0)) call();
  };

  const commitNext = (): void => {
    const started = performance.now();
    const first = head;
    const taken = (): Item | undefined => {
      const item = head < queue.length && head - first < maxBatch ? queue[head] : undefined;
      if (!item || (head > first && performance.now() - started > MAX_BATCH_TIME)) return undefined;
      head += 1;
      return item;
    };
    if (!commitBatch(taken)) {
      const items = queue.slice(first, head);
      for (const item of items) commitBatch(once(item), true);
    }
    const count = head - first;
    if (count > 0) pace.add(count, performance.now() - started);
    if (head === queue.length) {
      queue = [];
      head = 0;
    } else if (head > 10_000) {
      queue = queue.slice(head);
      head = 0;
    }
  };

  /** Commits one batch. False where it broke and its items have to run one by one; an item `alone` fails instead. */
  const commitBatch = (next: () => Item | undefined, alone = false): boolean => {
    let batch: Batch | undefined;
    const outcomes: Outcome[] = [];
    try {
      keys.refill();
      transactions.begin();
      batch = createBatch(parts, clock.now());
      for (let item = next(); item; item = next()) outcomes.push(runItem(item, batch));
      for (const hook of before) hook(batch);
      batch.flush();
      batch.saveSnapshots();
      transactions.commit();
    } catch (error) {
      transactions.rollback();
      batch?.end(false);
      return failBatch(error, outcomes, next, alone);
    }
    commits += 1;
    commands += outcomes.length;
    batch.end(true);
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.item.reject(outcome.error);
      else outcome.item.resolve(outcome.value);
    }
    for (const hook of after) hook(batch);
    return true;
  };

  const failBatch = (
    error: unknown,
    outcomes: readonly Outcome[],
    next: () => Item | undefined,
    alone: boolean,
  ): boolean => {
    const failure = databaseFailure(error instanceof BrokenWork ? error.cause : error);
    const items = outcomes.map(({ item }) => item);
    if (error instanceof BrokenWork) items.push(error.item);
    if (items.length === 0) for (let item = next(); item; item = next()) items.push(item);
    if (items.length === 0) {
      parts.onError(error, 'committing what follows from earlier commands');
      setTimeout(wake, RETRY_AFTER).unref();
    }
    if (failure === 'retryable') {
      for (const item of items)
        item.reject(new Unavailable('The database cannot be written now', RETRY_AFTER, error));
      return true;
    }
    if (!alone && items.length > 0) return false;
    for (const item of items) item.reject(asDefect(error instanceof BrokenWork ? error.cause : error));
    return true;
  };

  const runItem = (item: Item, batch: Batch): Outcome => {
    const rows = batch.rows();
    try {
      return { item, value: item.work(batch) };
    } catch (error) {
      if (batch.rows() !== rows || databaseFailure(error)) throw new BrokenWork(item, error);
      return { item, error: asDefect(error) };
    }
  };

  return {
    run<T>(work: (batch: Batch) => T): Promise<T> {
      if (isClosed) return Promise.reject(new Unavailable('The server is shutting down', 5_000));
      if (queued() >= maxQueue || pace.estimate(queued()) > MAX_WAIT) {
        return Promise.reject(new Unavailable('Too many commands wait for the database', 1_000));
      }
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      });
    },
    wake,
    beforeCommit: (hook) => void before.push(hook),
    afterCommit: (hook) => void after.push(hook),
    close() {
      isClosed = true;
      return new Promise((resolve) => {
        idle.push(resolve);
        schedule();
      });
    },
    figures: () => ({ queued: queued(), commits, commands }),
  };
}

/**
 * How fast commits go lately. Items and time are averaged apart, so that one stalled commit of few items
 * does not look like a slow database.
 */
function createPace(): { add(items: number, ms: number): void; estimate(items: number): number } {
  let items = 100;
  let time = 10;
  return {
    add(count, ms) {
      items += (count - items) * 0.1;
      time += (ms - time) * 0.1;
    },
    estimate: (count) => (count * time) / items,
  };
}

/** Work that threw after it had journalled something. */
class BrokenWork extends Error {
  constructor(
    readonly item: Item,
    cause: unknown,
  ) {
    super('A piece of work broke its batch', { cause });
  }
}

function once(item: Item): () => Item | undefined {
  let next: Item | undefined = item;
  return () => {
    const result = next;
    next = undefined;
    return result;
  };
}

function asDefect(error: unknown): unknown {
  if (error instanceof Defect || error instanceof Unavailable) return error;
  return new Defect('A command failed', Date.now().toString(36), error);
}
