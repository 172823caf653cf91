/** knex on a pool of its own, for queries of pages and lists: they never wait for a batch. */
import { setTimeout as pause } from 'node:timers/promises';
import knex from 'knex';
import type { Knex } from 'knex';
import { every } from '../../guarded.js';
import { PostgresFailure } from './bridge.js';
import { NO_CONNECTION } from './protocol.js';
import { SESSION_SETUP, connectionConfig } from './session.js';

/** Connections of one server at most, besides the one that writes batches. */
const CONNECTIONS = 8;

/** Milliseconds that a query waits for a connection. */
const ACQUIRE_TIMEOUT = 10_000;

interface RawConnection {
  readonly connection: { readonly stream: { destroy(): void } };
  once(event: 'end', listener: () => void): void;
  query(sql: string, done: (error: unknown) => void): void;
}

/** Milliseconds that connections have to end while PostgreSQL is away. */
const END_PATIENCE = 500;

/** Milliseconds between two looks whether PostgreSQL answers, and how many in vain it is away after. */
const LOOK_EVERY = 500;
const LOOKS = 2;

/** The pool, and how it ends. */
export interface PostgresPool {
  readonly knex: Knex;
  /** Ends what waits for a database that is away, and refuses what comes while it is. */
  giveUp(): void;
  close(): Promise<void>;
}

/**
 * A knex on the database at `url`; it connects when it is asked. While PostgreSQL is away, as `isReachable` tells,
 * queries are refused at once, and those that wait for a silent one end.
 */
export function createPostgresKnex(url: string, isReachable: () => boolean): PostgresPool {
  const connections = new Set<RawConnection>();
  let inVain = 0;
  let isGivenUp = false;
  const look = (): void => {
    inVain = isReachable() ? 0 : inVain + (isGivenUp ? LOOKS : 1);
    if (inVain >= LOOKS) for (const { connection } of connections) connection.stream.destroy();
  };
  // Knex keeps what `reached` answers for as long as this says: while PostgreSQL is away it asks again.
  const config = {
    ...(connectionConfig(url, 'countersign queries') as Knex.PgConnectionConfig),
    expirationChecker: () => inVain >= LOOKS,
  };
  const reached = (): Knex.PgConnectionConfig => {
    if (inVain < LOOKS) return { ...config };
    throw new PostgresFailure({ message: 'PostgreSQL cannot be reached', sqlState: NO_CONNECTION });
  };
  const pool = knex({
    client: 'pg',
    // The message of a failed query goes to the log: it has the statement, and not the values of people.
    compileSqlOnError: false,
    connection: reached,
    acquireConnectionTimeout: ACQUIRE_TIMEOUT,
    pool: {
      min: 0,
      max: CONNECTIONS,
      afterCreate(connection: RawConnection, done: (error: unknown, connection: RawConnection) => void) {
        connections.add(connection);
        connection.once('end', () => connections.delete(connection));
        connection.query(SESSION_SETUP, (error) => done(error, connection));
      },
    },
  });
  // A look only destroys sockets, which does not fail.
  const stopLooking = every(LOOK_EVERY, 'looking whether PostgreSQL answers', look, () => undefined);
  return {
    knex: pool,
    giveUp() {
      isGivenUp = true;
      look();
    },
    async close() {
      // Queries that wait for a silent PostgreSQL end as before.
      const over = pool.destroy();
      // An attempt to connect to one that is away is not waited for.
      await (isReachable() ? over : Promise.race([over, pause(END_PATIENCE)]));
      over.catch(() => undefined);
      stopLooking();
    },
  };
}
