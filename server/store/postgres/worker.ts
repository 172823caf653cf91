/**
 * The thread that owns the connection to PostgreSQL on which batches are written. The main thread waits for
 * its reads with a blocked event loop; this one never blocks, so that an answer, a lost connection and a
 * time-out can always be dealt with.
 *
 * The connection is made again when it is lost, for ever, with growing pauses. What belonged to a
 * transaction of the lost one fails until the main thread begins another.
 */
import { workerData } from 'node:worker_threads';
import { Client } from 'pg';
import type { QueryArrayResult } from 'pg';
import type { BindValue } from '../database.js';
import { createHeartbeat } from './heartbeat.js';
import { ANSWERS, IS_QUIET, IS_UP, NO_CONNECTION, READS_ONLY } from './protocol.js';
import type { Sent, SentFailure, SentRows, ToMain, ToWorker, WorkerStart } from './protocol.js';
import { READ_ONLY, SESSION_SETUP, beginSession, connectionConfig } from './session.js';

const { url, session, port, shared } = workerData as WorkerStart;
const signals = new Int32Array(shared);

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 500;

/** Milliseconds in which a connection has to be ready. */
const SETUP_PATIENCE = 15_000;

/** Milliseconds between two looks at a connection that does nothing, and how long it may take to answer. */
const WATCH_EVERY = 1_000;
const WATCH_PATIENCE = 2_000;

/** Milliseconds in which a connection says goodbye. */
const END_PATIENCE = 500;

/** What is said of a server that takes connections and says nothing. */
const SILENT = 'PostgreSQL did not answer';

/** SQLSTATE of failures with which PostgreSQL ends a connection: what it was asked before may have been done. */
const ENDS_SESSION = /^(?:08|57P|58|XX|25P03|25P04)/;

/** Names of prepared statements by their SQL; each connection prepares one when it first needs it. */
const names = new Map<string, string>();

/** Statements prepared at most: the runtime's are constant and few. */
const MAX_NAMES = 1_000;

let client: Client | null = null;
let isClosed = false;
let pause = FIRST_PAUSE;
let retry: NodeJS.Timeout | undefined;
/** What happened to the statements of one transaction: the first failure counts, the others follow from it. */
interface Fate {
  broken: SentFailure | null;
}

let ofTransaction: Fate = { broken: null };
/** For statements outside of transactions: a failure that nobody waited for is told with the next answer. */
let ofOthers: Fate = { broken: null };
/** Whether the connection was lost since the transaction began, perhaps with the thread before this one. */
let isLost = true;

/** Exchanges that wait for their answer. */
let underWay = 0;

/** Knows a silent PostgreSQL before the main thread has stood still for it for long. */
const heartbeat = createHeartbeat({
  url,
  quiet(isQuiet) {
    Atomics.store(signals, IS_QUIET, isQuiet ? 1 : 0);
    ring();
  },
  dead() {
    lastFailure = { message: SILENT, sqlState: NO_CONNECTION, isOpen: false };
    client?.connection.stream.destroy();
  },
});

function begin(): void {
  underWay += 1;
  heartbeat.begin();
}

function end(): void {
  underWay -= 1;
  heartbeat.end();
}

/**
 * A connection that does nothing is asked now and then: of a database that fell silent this thread knows before the
 * main thread stands still for it.
 */
const watch = setInterval(() => {
  const on = client;
  if (!on || underWay > 0) return;
  begin();
  const patience = setTimeout(() => on.connection.stream.destroy(), WATCH_PATIENCE);
  const over = (): void => {
    clearTimeout(patience);
    end();
  };
  on.query('select 1').then(over, over);
}, WATCH_EVERY);

port.on('message', (message: ToWorker) => {
  if (message.kind === 'exchange') exchange(message);
  else if (message.kind === 'abandon') client?.connection.stream.destroy();
  else close();
});
connect();

function connect(): void {
  // Statements go out without waiting for the answers before them.
  const next = new Client({ ...connectionConfig(url, 'countersign'), pipeline: true });
  const patience = setTimeout(() => next.connection.stream.destroy(), SETUP_PATIENCE);
  const lost = (): void => {
    clearTimeout(patience);
    if (client === next) {
      client = null;
      isLost = true;
      Atomics.store(signals, IS_UP, 0);
    }
    if (isClosed || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      connect();
    }, pause);
    pause = Math.min(LONGEST_PAUSE, pause * 2);
  };
  next.on('error', lost);
  next.on('end', lost);
  next
    .connect()
    .then(() => next.query(SESSION_SETUP))
    .then(() => beginSession(next, session))
    .then(() => {
      clearTimeout(patience);
      // Closed meanwhile: a connection that stays open would keep the thread.
      if (isClosed) return void next.end().catch(() => undefined);
      client = next;
      // What is said of it once it is gone, where it says nothing itself.
      lastFailure = { message: 'The connection to PostgreSQL ended', sqlState: NO_CONNECTION, isOpen: false };
      pause = FIRST_PAUSE;
      Atomics.store(signals, IS_UP, 1);
    })
    .catch((error: unknown) => {
      lastFailure = failureOf(error);
      // One that answers and takes no writes can be read.
      Atomics.store(signals, IS_UP, lastFailure.sqlState === READ_ONLY ? READS_ONLY : 0);
      void next.end().catch(() => undefined);
      lost();
    });
}

let lastFailure: SentFailure = {
  message: 'PostgreSQL has not been reached yet',
  sqlState: NO_CONNECTION,
  isOpen: false,
};

function exchange({ id, statements, begins, belongs }: Extract<ToWorker, { kind: 'exchange' }>): void {
  if (begins) {
    ofTransaction = { broken: null };
    isLost = false;
  }
  const fate = belongs ? ofTransaction : ofOthers;
  if (!belongs && id !== null) ofOthers = { broken: null };
  if (!client || (belongs && isLost)) {
    const message = client ? 'The connection to PostgreSQL was lost in the transaction' : lastFailure.message;
    const connectState = client ? NO_CONNECTION : lastFailure.sqlState;
    fate.broken ??= { message, sqlState: NO_CONNECTION, isOpen: false, connectState };
    // What was sent before may have arrived; this has not, and a commit is never followed by anything.
    if (id !== null) answer({ id, failure: { ...fate.broken, isOpen: false } });
    return;
  }
  const on = client;
  begin();
  let last: Promise<SentRows | null> = Promise.resolve(null);
  on.connection.stream.cork();
  for (const sent of statements) last = send(on, sent, fate);
  on.connection.stream.uncork();
  void last.then((rows) => {
    end();
    if (id === null) return;
    if (fate.broken || !rows) answer({ id, failure: fate.broken ?? lastFailure });
    else answer({ id, rows });
  });
}

/** Sends one statement; null where it failed. */
async function send(on: Client, { sql, values }: Sent, fate: Fate): Promise<SentRows | null> {
  try {
    const isPrepared = values.length > 0 || /^\s*(?:select|insert|update|delete|with)\b/i.test(sql);
    const query = {
      ...(isPrepared && { name: nameOf(sql) }),
      text: sql,
      values: [...values],
      rowMode: 'array' as const,
    };
    const result: QueryArrayResult<BindValue[]> = await on.query<BindValue[]>(query);
    heartbeat.heard();
    const columns = result.fields.map(({ name }) => name);
    return { columns, rows: result.rows, command: result.command };
  } catch (error) {
    fate.broken ??= failureOf(error);
    // The server has become a standby: the address may lead to another by now.
    if (fate.broken.sqlState === READ_ONLY) on.connection.stream.destroy();
    return null;
  }
}

function nameOf(sql: string): string | undefined {
  let name = names.get(sql);
  if (name === undefined && names.size < MAX_NAMES) {
    name = `s${names.size + 1}`;
    names.set(sql, name);
  }
  return name;
}

function failureOf(error: unknown): SentFailure {
  const said = error instanceof Error ? error.message : String(error);
  // The driver's words for an attempt to connect that took too long.
  const message = said === 'timeout expired' ? SILENT : said;
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  // Codes of PostgreSQL have five characters; others are Node's, of a connection that failed.
  const isSqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  if (!isSqlState) return { message, sqlState: NO_CONNECTION, isOpen: true };
  return { message, sqlState: code, isOpen: ENDS_SESSION.test(code) };
}

function answer(message: ToMain): void {
  port.postMessage(message);
  ring();
}

/** Has the main thread look again, where it waits. */
function ring(): void {
  Atomics.add(signals, ANSWERS, 1);
  Atomics.notify(signals, ANSWERS);
}

function close(): void {
  isClosed = true;
  clearTimeout(retry);
  clearInterval(watch);
  heartbeat.close();
  const last = client;
  client = null;
  // One that is silent is left: its server would have to answer to end it well.
  if (last) setTimeout(() => last.connection.stream.destroy(), END_PATIENCE).unref();
  void (last ? last.end().catch(() => undefined) : Promise.resolve()).then(() => {
    port.close();
    // An attempt to connect would keep the thread for as long as it lasts.
    process.exit();
  });
}
