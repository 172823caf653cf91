/**
 * What nodes call to each other over PostgreSQL (LISTEN and NOTIFY). A call is a hint: it may be lost, and
 * whoever hears it looks for himself. It is sent after the commit that it tells of, in a transaction of its
 * own: PostgreSQL lets only one transaction with a NOTIFY in it commit at a time.
 */
import { Client } from 'pg';
import type { QueryConfig } from 'pg';
import { connectionConfig } from './session.js';

/** A connection for calls. */
export interface Wire {
  /** Calls all nodes, this one too; less than 8,000 bytes. Lost where there is no connection, or none any more. */
  call(text: string): Promise<void>;
  /** Whether calls are heard. */
  isUp(): boolean;
  /** Fulfilled when the first attempt to connect is over, one way or the other. */
  readonly tried: Promise<void>;
  close(): Promise<void>;
}

const CHANNEL = 'countersign';

/** Milliseconds between two attempts to connect. */
const RETRY = 1_000;

/** Milliseconds between two looks whether the connection still carries anything, and how long an answer may take. */
const CHECK_EVERY = 5_000;
const PATIENCE = 10_000;

/** Milliseconds in which a connection says goodbye. */
const END_PATIENCE = 500;

/** Listens on the database at `url`; `heard` gets every call, `missed` is told when calls may have been lost. */
export function createWire(url: string, heard: (text: string) => void, missed: () => void): Wire {
  let client: Client | null = null;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;

  const connect = (): Promise<void> => {
    // Looks at the connection go out between calls.
    const config = { ...connectionConfig(url, 'countersign calls'), query_timeout: PATIENCE, pipeline: true };
    const next = new Client(config);
    const lost = (): void => {
      if (client === next) client = null;
      if (isClosed || retry) return;
      retry = setTimeout(() => {
        retry = undefined;
        void connect();
      }, RETRY);
      retry.unref();
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', ({ payload }) => heard(payload ?? ''));
    return next
      .connect()
      .then(() => next.query(`listen ${CHANNEL}`))
      .then(async () => {
        if (isClosed) return next.end();
        client = next;
        missed();
      })
      .catch(() => {
        void next.end().catch(() => undefined);
        lost();
      });
  };
  const tried = connect();

  /** Asks something; a connection that does not answer is given up, for a silent one hears nothing either. */
  const ask = async (query: QueryConfig): Promise<void> => {
    const on = client;
    try {
      await on?.query(query);
    } catch (error) {
      on?.connection.stream.destroy();
      // What was under way when the wire was closed is lost as a call is that comes later: whoever closes knows.
      if (isClosed) return;
      throw error;
    }
  };
  const check = setInterval(() => {
    ask({ text: 'select 1' }).catch(() => undefined);
  }, CHECK_EVERY);
  check.unref();

  return {
    tried,
    call: (text) => ask({ name: 'call', text: 'select pg_notify($1, $2)', values: [CHANNEL, text] }),
    isUp: () => client !== null,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      clearInterval(check);
      const last = client;
      // A silent server does not say goodbye.
      const patience = setTimeout(() => last?.connection.stream.destroy(), END_PATIENCE);
      await last?.end().catch(() => undefined);
      clearTimeout(patience);
    },
  };
}
