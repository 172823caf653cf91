/**
 * Group commit. Work that arrives while a commit runs waits and shares the next one; work that arrives
 * alone is committed in the same turn of the event loop. An answer is given after its commit.
 *
 * A batch goes: begin, look ahead at what the work is about, run each piece of work, let the hooks add what
 * follows from it (messages that meet a new subscription, jobs for waiting workers), write the rows, commit,
 * answer. A commit may take its time (PostgreSQL): the next batch begins after it.
 *
 * Where the database fails for a while, everybody is told to come back. Where another node changed the same
 * instances meanwhile, the batch runs again on what is there now; so it does when a database that let a batch wait for too
 * long has answered, and the thread does other things until then. Where one piece of work breaks the batch,
 * all are rolled back and run again one by one, so that it fails alone.
 */
import { later } from '../guarded.js';
import type { Database } from '../store/database.js';
import { databaseFailure, isAwaited } from '../store/failure.js';
import type { Hint } from '../store/roots.js';
import { createBatch } from './batch.js';
import type { Batch, BatchParts } from './batch.js';
import type { Clock } from './clock.js';
import { asDefect, Defect, RunAgain, Unavailable } from './errors.js';
import { createPace } from './pace.js';

/** How a group commit is made. */
export interface GroupCommitParts extends BatchParts {
  readonly connection: Database;
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
   * has journalled something is undone with its batch. `about` says what it will ask for, so that a whole
   * batch can be fetched at once. Throws `Unavailable` or `Defect`.
   */
  run<T>(work: (batch: Batch) => T, about?: Hint): Promise<T>;
  /** Runs work that nobody waits for, such as going on with what an earlier step left, in a batch of its turn. */
  runBehind<T>(work: (batch: Batch) => T): Promise<T>;
  /** Whether somebody waits for a commit, or did a moment ago, so that what nobody waits for is to rest. */
  isAsked(): boolean;
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
  readonly about: Hint | undefined;
  /** Whether nobody waits for it. */
  readonly isBehind: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome =
  { readonly item: Item; readonly value: unknown } | { readonly item: Item; readonly error: unknown };

/** What became of a batch: everybody has an answer, or it has to run again, as one or item by item. */
type Verdict = 'answered' | 'apart' | { readonly again: () => Promise<unknown> };

/** A batch is closed after so many milliseconds, so that those who wait for its commit need not wait long. */
const MAX_BATCH_TIME = 20;

/** Milliseconds after which trying again makes sense when the database failed. */
const RETRY_AFTER = 1_000;

/** Milliseconds for which whoever asked once is likely to ask again. */
const ASKED_TIME = 250;

/** Engine events of a step while others wait: what is left of it goes on in a later commit, as with any long step. */
const CROWDED_STEP_LIMIT = 1_000;

/** What those are told whose commit nobody knows of: only where the server stops before it could ask. */
const OUTCOME_UNKNOWN =
  'The database was lost at the commit: the command may have been done. Look before you repeat it';

/** Milliseconds in which a server that stops asks what became of a lost commit. */
const LAST_PATIENCE = 5_000;

/** What those are told who wait behind a lost commit. */
const NOT_REACHED = 'The database cannot be reached now';

/** A queue that would take longer than this, in milliseconds, takes nothing more. */
const MAX_WAIT = 10_000;

/** How often a batch runs before its items are tried one by one, or one item before its caller is told to come back. */
const MAX_ATTEMPTS = 10;

/** An empty queue. */
export function createGroupCommit(parts: GroupCommitParts): GroupCommit {
  const { connection, clock, keys, maxBatch, maxQueue } = parts;
  const before: ((batch: Batch) => void)[] = [];
  const after: ((batch: Batch) => void)[] = [];
  const idle: (() => void)[] = [];
  let queue: Item[] = [];
  let head = 0;
  let isScheduled = false;
  let isCommitting = false;
  /** What lost the answer to a commit: until the database can be asked, nobody can be served. */
  let lostBy: Error | null = null;
  let isWoken = false;
  let lastAsked = -Infinity;
  let isClosed = false;
  let commits = 0;
  let commands = 0;
  const pace = createPace();

  const queued = (): number => queue.length - head;
  const isAsked = (): boolean => queued() > 0 || performance.now() - lastAsked < ASKED_TIME;
  const isCrowded = (items: readonly Item[]): boolean =>
    items.length > 1 || (items.some(({ isBehind }) => isBehind) && isAsked());

  const schedule = (): void => {
    if (isScheduled || isCommitting) return;
    isScheduled = true;
    setImmediate(turn);
  };

  const wake = (): void => {
    isWoken = true;
    schedule();
  };

  const turn = (): void => {
    isScheduled = false;
    if (connection.isTransaction) return schedule();
    if (queued() === 0 && !isWoken) return endTurn();
    isWoken = false;
    const started = performance.now();
    const first = head;
    const verdict = begun();
    const isAll = queued() === 0;
    if (verdict === 'answered') return endCommit(head - first, started, isAll);
    isCommitting = true;
    void settle(verdict, () => queue.slice(first, head))
      .catch((error: unknown) => failAll(queue.slice(first, head), error))
      .then(() => {
        isCommitting = false;
        endCommit(head - first, started, isAll);
      });
  };

  /** Begins the next batch. */
  const begun = (): Verdict | Promise<Verdict> => {
    const first = head;
    try {
      return attempt(queue.slice(head, head + maxBatch), takeFromQueue());
    } catch (error) {
      return failAll(queue.slice(first, head), error);
    }
  };

  /** A defect of the commit itself: whoever has no answer yet is told, and the next batch begins. */
  const failAll = (items: readonly Item[], error: unknown): Verdict => {
    const defect = asDefect(error);
    parts.onError(defect, 'committing');
    for (const { reject } of items) reject(defect);
    return 'answered';
  };

  /** What follows from a commit cannot undo it: nobody else misses what is theirs. */
  const follow = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      parts.onError(error, 'following a commit');
    }
  };

  const endTurn = (): void => {
    if (queued() > 0 || isWoken) schedule();
    else for (const call of idle.splice(0)) call();
  };

  const endCommit = (count: number, started: number, isAll: boolean): void => {
    if (count > 0) pace.add(count, performance.now() - started, isAll);
    if (head === queue.length) {
      queue = [];
      head = 0;
    } else if (head > 10_000) {
      queue = queue.slice(head);
      head = 0;
    }
    endTurn();
  };

  /**
   * Takes items until the batch has enough, or has worked on them long enough. What it looked up ahead does not count:
   * with a slow network it would close every batch after one item, and be asked again for the next.
   */
  const takeFromQueue = (): (() => Item | undefined) => {
    const first = head;
    let started = 0;
    return () => {
      if (head === first) started = performance.now();
      const item = head < queue.length && head - first < maxBatch ? queue[head] : undefined;
      if (!item || (head > first && performance.now() - started > MAX_BATCH_TIME)) return undefined;
      head += 1;
      return item;
    };
  };

  /** Runs items again until each of them has its answer. */
  const settle = async (first: Verdict | Promise<Verdict>, items: () => readonly Item[]): Promise<void> => {
    let verdict = await first;
    for (let attempts = 1; verdict !== 'answered'; attempts += 1) {
      const all = items();
      if (verdict === 'apart' || (all.length > 1 && attempts === MAX_ATTEMPTS)) {
        for (const item of all) await settle(attempt([item], each([item]), true), () => [item]);
        return;
      }
      const { again } = verdict;
      try {
        await again();
        if (attempts === MAX_ATTEMPTS) throw new Unavailable('Other nodes change the same instances', 100);
      } catch (error) {
        if (isAwaited(error) && attempts < MAX_ATTEMPTS) {
          verdict = { again: () => error.answered.then(again) };
          continue;
        }
        const isKnown = error instanceof Unavailable || error instanceof Defect;
        const failure = isKnown
          ? error
          : new Unavailable('The database cannot be read now', RETRY_AFTER, error);
        for (const item of all) item.reject(failure);
        if (all.length === 0) failAlone(failure);
        return;
      }
      const next = each(all);
      verdict = await attempt(all, next, all.length === 1);
      if (verdict !== 'answered') continue;
      // Where the database failed in the middle, those behind have not run: nobody else would answer them.
      for (let item = next(); item; item = next())
        item.reject(new Unavailable('The database cannot be written now', RETRY_AFTER));
    }
  };

  /** Runs one batch and commits it. An item that runs `alone` and breaks it fails; otherwise items have to run apart. */
  const attempt = (
    expected: readonly Item[],
    next: () => Item | undefined,
    alone = false,
  ): Verdict | Promise<Verdict> => {
    let batch: Batch | undefined;
    const outcomes: Outcome[] = [];
    const fail = (error: unknown): Verdict => {
      connection.rollback();
      batch?.end(false);
      return judge(error, outcomes, next, alone);
    };
    try {
      keys.refill();
      connection.begin();
      batch = createBatch(parts, clock.now(), isCrowded(expected) ? CROWDED_STEP_LIMIT : undefined);
      batch.lookAhead(expected.flatMap(({ about }) => about ?? []));
      for (let item = next(); item; item = next()) outcomes.push(runItem(item, batch));
      for (const hook of before) hook(batch);
      batch.flush();
      batch.saveSnapshots();
      const committed = batch;
      const pending = connection.commit(refuseAll);
      if (!pending) return answer(committed, outcomes);
      return pending
        .finally(() => {
          lostBy = null;
        })
        .then(() => answer(committed, outcomes), fail);
    } catch (error) {
      return fail(error);
    }
  };

  /** Those who wait behind a commit whose answer was lost can come back; those who are in it must wait for it. */
  const refuseAll = (why: Error): void => {
    lostBy = why;
    for (const { reject } of queue.splice(head)) reject(new Unavailable(NOT_REACHED, RETRY_AFTER, why));
  };

  const answer = (batch: Batch, outcomes: readonly Outcome[]): Verdict => {
    commits += 1;
    commands += outcomes.length;
    follow(() => batch.end(true));
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.item.reject(outcome.error);
      else outcome.item.resolve(outcome.value);
    }
    for (const hook of after) follow(() => hook(batch));
    return 'answered';
  };

  /** What to do after a batch was rolled back. */
  const judge = (
    error: unknown,
    outcomes: readonly Outcome[],
    next: () => Item | undefined,
    alone: boolean,
  ): Verdict => {
    const cause = error instanceof BrokenWork ? error.cause : error;
    const failure = databaseFailure(cause);
    const items = outcomes.map(({ item }) => item);
    if (error instanceof BrokenWork) items.push(error.item);
    if (items.length === 0) for (let item = next(); item; item = next()) items.push(item);
    if (cause instanceof RunAgain) return { again: cause.prepare };
    if (isAwaited(cause)) return { again: () => cause.answered };
    if (failure === 'conflict') return { again: () => Promise.resolve() };
    if (items.length === 0) failAlone(error);
    if (failure === 'retryable' || failure === 'unknown') {
      const message = failure === 'unknown' ? OUTCOME_UNKNOWN : 'The database cannot be written now';
      for (const item of items) item.reject(new Unavailable(message, RETRY_AFTER, cause));
      return 'answered';
    }
    if (!alone && items.length > 0) return 'apart';
    for (const item of items) item.reject(cause instanceof Unavailable ? cause : asDefect(cause));
    return 'answered';
  };

  /** A batch without work broke: its hooks have to be called again. */
  const failAlone = (error: unknown): void => {
    parts.onError(error, 'committing what follows from earlier commands');
    later(RETRY_AFTER, 'committing what follows from earlier commands', wake, parts.onError);
  };

  const runItem = (item: Item, batch: Batch): Outcome => {
    const rows = batch.rows();
    try {
      return { item, value: item.work(batch) };
    } catch (error) {
      if (batch.rows() !== rows || databaseFailure(error) || error instanceof RunAgain)
        throw new BrokenWork(item, error);
      return { item, error: error instanceof Unavailable ? error : asDefect(error) };
    }
  };

  const enqueue = <T>(work: (batch: Batch) => T, about: Hint | undefined, isBehind: boolean): Promise<T> => {
    if (isClosed) return Promise.reject(new Unavailable('The server is shutting down', 5_000));
    if (lostBy) return Promise.reject(new Unavailable(NOT_REACHED, RETRY_AFTER, lostBy));
    if (queued() >= maxQueue || pace.estimate(queued()) > MAX_WAIT) {
      return Promise.reject(new Unavailable('Too many commands wait for the database', 1_000));
    }
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, about, isBehind, resolve: resolve as (value: unknown) => void, reject });
      schedule();
    });
  };

  return {
    run<T>(work: (batch: Batch) => T, about?: Hint): Promise<T> {
      lastAsked = performance.now();
      return enqueue(work, about, false);
    },
    runBehind: (work) => enqueue(work, undefined, true),
    isAsked,
    wake,
    beforeCommit: (hook) => void before.push(hook),
    afterCommit: (hook) => void after.push(hook),
    close() {
      isClosed = true;
      const patience = setTimeout(() => connection.giveUp?.(), LAST_PATIENCE);
      return new Promise((resolve) => {
        idle.push(() => {
          clearTimeout(patience);
          resolve();
        });
        schedule();
      });
    },
    figures: () => ({ queued: queued(), commits, commands }),
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

/** Gives the items one after the other. */
function each(items: readonly Item[]): () => Item | undefined {
  let next = 0;
  return () => {
    next += 1;
    return items[next - 1];
  };
}
