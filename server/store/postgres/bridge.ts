/**
 * The main thread's end of the connection to PostgreSQL. A read waits with the thread stopped, as a read of
 * SQLite does, but only for as long as PostgreSQL shows that it lives, and no longer than a limit; then whoever asked
 * gives way (`StillWaiting`), and can ask again when there was an answer. A commit is waited for as a promise.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort, WorkerOptions } from 'node:worker_threads';
import { later } from '../../guarded.js';
import { ANSWERS, IS_QUIET, IS_UP, NO_CONNECTION } from './protocol.js';
import type { Sent, SentFailure, SentRows, ToMain, ToWorker, WorkerStart } from './protocol.js';

/** A failure of PostgreSQL, or of the way to it. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure';
  readonly sqlState: string;
  /** Whether what was sent may have been done all the same. */
  readonly isOpen: boolean;
  /** What keeps the connection from being made, where there is none. */
  readonly connectState: string;

  constructor({
    message,
    sqlState,
    isOpen,
    connectState,
  }: Omit<SentFailure, 'isOpen'> & Partial<SentFailure>) {
    super(message);
    this.sqlState = sqlState;
    this.isOpen = isOpen ?? false;
    this.connectState = connectState ?? sqlState;
  }
}

/**
 * PostgreSQL has not answered yet. The thread goes on with other things: what was begun is to be undone, and can be done
 * when `answered` is fulfilled. It is rejected with a `PostgresFailure` where the connection was given up.
 */
export class StillWaiting extends PostgresFailure {
  constructor(readonly answered: Promise<unknown>) {
    super({ message: 'PostgreSQL has not answered yet', sqlState: NO_CONNECTION });
    // It may be that nobody waits for it.
    answered.catch(() => undefined);
  }
}

/** Where statements of a list run. */
export interface Place {
  readonly begins: boolean;
  readonly belongs: boolean;
}

/** How long the thread may stand still: so many milliseconds, and whether also while PostgreSQL is silent. */
export interface Patience {
  readonly ms: number;
  readonly inSilence: boolean;
}

/** The connection, as the main thread sees it. */
export interface Bridge {
  /** Whether statements can be sent at all. */
  isUp(): boolean;
  /** Whether a connection stands on which PostgreSQL has fallen silent. */
  isQuiet(): boolean;
  /** Whether PostgreSQL answers, be it that it takes no writes. */
  isReachable(): boolean;
  /** Sends statements; what fails is told by the next answer. */
  post(statements: readonly Sent[], place: Place): void;
  /** Sends statements and waits for the rows of the last one. Throws `PostgresFailure`, `StillWaiting`. */
  ask(statements: readonly Sent[], place: Place, patience: Patience): SentRows;
  /** As `ask`, without stopping the thread. Where no answer comes the connection is given up, and the failure is open. */
  askLater(statements: readonly Sent[], place: Place): Promise<SentRows>;
  /** Fulfilled when the connection stands; rejected where it cannot be made in time. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds after which a connection is given up that does not answer, though PostgreSQL lives. */
const PATIENCE = 10_000;

/** Milliseconds before a thread that ended is followed by another. */
const RESTART_AFTER = 500;

/** Milliseconds that a server may take to be reached at start. */
const START_PATIENCE = 30_000;

/** Starts a thread on a file. */
export type StartThread = (file: URL, options: WorkerOptions) => Worker;

/**
 * Starts the thread that owns the connection, which is known by the number `session` in the database. A thread that ends
 * fails what was asked of it as a lost connection does, and is followed by another.
 */
export function createBridge(
  url: string,
  session: number,
  startThread: StartThread = (file, options) => new Worker(file, options),
): Bridge {
  const shared = new SharedArrayBuffer(12);
  const signals = new Int32Array(shared);
  const waiting = new Map<number, (answer: ToMain) => void>();
  let lastId = 0;
  let isClosed = false;

  const deliver = (answer: ToMain): void => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) port.unref();
  };

  const failAll = (message: string): void => {
    for (const id of [...waiting.keys()])
      deliver({ id, failure: { message, sqlState: NO_CONNECTION, isOpen: true } });
  };

  const start = (): { readonly worker: Worker; readonly port: MessagePort } => {
    const { port1, port2 } = new MessageChannel();
    const data: WorkerStart = { url, session, port: port2, shared };
    const worker = startThread(workerFile(), { workerData: data, transferList: [port2] });
    let why = '';
    worker.on('error', (error) => (why = `: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('exit', () => {
      if (isClosed) return;
      Atomics.store(signals, IS_UP, 0);
      Atomics.store(signals, IS_QUIET, 0);
      isGone = true;
      failAll(`The thread of the connection to PostgreSQL ended${why}`);
      later(RESTART_AFTER, 'connecting to PostgreSQL again', restart, () => undefined);
    });
    port1.on('message', deliver);
    port1.unref();
    worker.unref();
    return { worker, port: port1 };
  };
  /** Whether there is no thread now. */
  let isGone = false;
  let { worker, port } = start();
  const restart = (): void => {
    if (isClosed) return;
    ({ worker, port } = start());
    isGone = false;
  };

  const send = (message: ToWorker): void => port.postMessage(message);

  const request = (statements: readonly Sent[], place: Place, answered: (answer: ToMain) => void): number => {
    lastId += 1;
    waiting.set(lastId, answered);
    if (isGone) failAll('The thread of the connection to PostgreSQL ended');
    else send({ kind: 'exchange', id: lastId, statements, ...place });
    return lastId;
  };

  /**
   * Waits for an answer; whether there is one. Answers are taken from the port by hand: its events do not come while the
   * thread stands still.
   */
  const waitFor = (id: number, { ms, inSilence }: Patience): boolean => {
    const until = performance.now() + ms;
    while (waiting.has(id)) {
      const seen = Atomics.load(signals, ANSWERS);
      const received: { message: ToMain } | undefined = receiveMessageOnPort(port);
      if (received) {
        deliver(received.message);
        continue;
      }
      const left = until - performance.now();
      if (left <= 0 || (!inSilence && Atomics.load(signals, IS_QUIET) === 1)) return false;
      Atomics.wait(signals, ANSWERS, seen, left);
    }
    return true;
  };

  const askLater: Bridge['askLater'] = (statements, place) =>
    new Promise((resolve, reject) => {
      port.ref();
      // With its connection the thread loses what it waits for, and says so.
      const timer = setTimeout(() => send({ kind: 'abandon' }), PATIENCE);
      request(statements, place, (answer) => {
        clearTimeout(timer);
        if ('rows' in answer) resolve(answer.rows);
        else reject(new PostgresFailure(answer.failure));
      });
    });

  return {
    isUp: () => Atomics.load(signals, IS_UP) === 1,
    isQuiet: () => Atomics.load(signals, IS_QUIET) === 1,
    isReachable: () => Atomics.load(signals, IS_UP) !== 0,
    post: (statements, place) => send({ kind: 'exchange', id: null, statements, ...place }),
    ask(statements, place, patience) {
      let answer: ToMain | undefined;
      let late: ((answer: ToMain) => void) | undefined;
      const id = request(statements, place, (given) => {
        if (late) late(given);
        else answer = given;
      });
      if (waitFor(id, patience)) return rowsOf(answer);
      port.ref();
      const timer = setTimeout(() => send({ kind: 'abandon' }), PATIENCE);
      const answered = new Promise<SentRows>((resolve, reject) => {
        late = (given) => {
          clearTimeout(timer);
          if ('rows' in given) resolve(given.rows);
          else reject(new PostgresFailure(given.failure));
        };
      });
      throw new StillWaiting(answered);
    },
    askLater,
    async connected() {
      const until = performance.now() + START_PATIENCE;
      let failure: unknown;
      while (performance.now() < until) {
        try {
          await askLater([{ sql: 'select 1', values: [] }], { begins: false, belongs: false });
          return;
        } catch (error) {
          failure = error;
          if (error instanceof PostgresFailure && !/^(?:08|57P03|53)/.test(error.connectState)) break;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`PostgreSQL cannot be reached: ${failure instanceof Error ? failure.message : ''}`, {
        cause: failure,
      });
    },
    close() {
      isClosed = true;
      if (isGone) return Promise.resolve();
      worker.ref();
      return new Promise((resolve) => {
        worker.once('exit', () => resolve());
        send({ kind: 'close' });
      });
    },
  };
}

function rowsOf(answer: ToMain | undefined): SentRows {
  if (answer && 'rows' in answer) return answer.rows;
  throw new PostgresFailure(answer?.failure ?? { message: 'No answer', sqlState: NO_CONNECTION });
}

/** Threads run built files: where this one is a source, as in tests, its neighbour stands in the build. */
function workerFile(): URL {
  const beside = new URL('./worker.js', import.meta.url);
  if (existsSync(fileURLToPath(beside))) return beside;
  const built = new URL('../../dist/store/postgres/worker.js', import.meta.url);
  if (existsSync(fileURLToPath(built))) return built;
  throw new Error('The server is not built: run "npm run build" first');
}
