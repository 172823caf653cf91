/**
 * The main thread's end of the connection to PostgreSQL. A read waits with the thread stopped, as a read of
 * SQLite does, but no longer than a limit; a commit is waited for as a promise.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { ANSWERS, IS_UP, NO_CONNECTION } from './protocol.js';
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

/** Where statements of a list run. */
export interface Place {
  readonly begins: boolean;
  readonly belongs: boolean;
}

/** The connection, as the main thread sees it. */
export interface Bridge {
  /** Whether statements can be sent at all. */
  isUp(): boolean;
  /** Whether PostgreSQL answers, be it that it takes no writes. */
  isReachable(): boolean;
  /** Sends statements; what fails is told by the next answer. */
  post(statements: readonly Sent[], place: Place): void;
  /** Sends statements and waits for the rows of the last one. Throws `PostgresFailure`. */
  ask(statements: readonly Sent[], place: Place): SentRows;
  /** As `ask`, without stopping the thread. Where no answer comes the connection is given up, and the failure is open. */
  askLater(statements: readonly Sent[], place: Place): Promise<SentRows>;
  /** Fulfilled when the connection stands; rejected where it cannot be made in time. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds that the thread may stand still for a read. */
const PATIENCE = 10_000;

/** Milliseconds that a server may take to be reached at start. */
const START_PATIENCE = 30_000;

/** Starts the thread that owns the connection, which is known by the number `session` in the database. */
export function createBridge(url: string, session: number): Bridge {
  const { port1: port, port2 } = new MessageChannel();
  const shared = new SharedArrayBuffer(8);
  const signals = new Int32Array(shared);
  const start: WorkerStart = { url, session, port: port2, shared };
  const worker = new Worker(workerFile(), { workerData: start, transferList: [port2] });
  const waiting = new Map<number, (answer: ToMain) => void>();
  let lastId = 0;

  const send = (message: ToWorker): void => port.postMessage(message);

  const deliver = (answer: ToMain): void => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) port.unref();
  };
  port.on('message', deliver);
  port.unref();
  worker.unref();

  const request = (statements: readonly Sent[], place: Place, answered: (answer: ToMain) => void): number => {
    lastId += 1;
    waiting.set(lastId, answered);
    send({ kind: 'exchange', id: lastId, statements, ...place });
    return lastId;
  };

  /** Answers are taken from the port by hand: its events do not come while the thread stands still. */
  const waitFor = (id: number, until: number): void => {
    while (waiting.has(id)) {
      const seen = Atomics.load(signals, ANSWERS);
      const received: { message: ToMain } | undefined = receiveMessageOnPort(port);
      if (received) {
        deliver(received.message);
        continue;
      }
      const left = until - performance.now();
      if (left <= 0 || Atomics.wait(signals, ANSWERS, seen, left) === 'timed-out') {
        waiting.delete(id);
        send({ kind: 'abandon' });
        const message = `PostgreSQL did not answer within ${PATIENCE / 1000} seconds`;
        throw new PostgresFailure({ message, sqlState: NO_CONNECTION });
      }
    }
  };

  return {
    isUp: () => Atomics.load(signals, IS_UP) === 1,
    isReachable: () => Atomics.load(signals, IS_UP) !== 0,
    post: (statements, place) => send({ kind: 'exchange', id: null, statements, ...place }),
    ask(statements, place) {
      let answer: ToMain | undefined;
      const id = request(statements, place, (given) => {
        answer = given;
      });
      waitFor(id, performance.now() + PATIENCE);
      return rowsOf(answer);
    },
    askLater(statements, place) {
      port.ref();
      return new Promise((resolve, reject) => {
        // With its connection the thread loses what it waits for, and says so.
        const timer = setTimeout(() => send({ kind: 'abandon' }), PATIENCE);
        request(statements, place, (answer) => {
          clearTimeout(timer);
          if ('rows' in answer) resolve(answer.rows);
          else reject(new PostgresFailure(answer.failure));
        });
      });
    },
    async connected() {
      const until = performance.now() + START_PATIENCE;
      let failure: unknown;
      while (performance.now() < until) {
        try {
          await this.askLater([{ sql: 'select 1', values: [] }], { begins: false, belongs: false });
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
