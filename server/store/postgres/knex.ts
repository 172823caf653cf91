/** knex on a pool of its own, for queries of pages and lists: they never wait for a batch. */
import knex from 'knex';
import type { Knex } from 'knex';
import { SESSION_SETUP, connectionConfig } from './session.js';

/** Connections of one server at most, besides the one that writes batches. */
const CONNECTIONS = 8;

/** Milliseconds that a query waits for a connection. */
const ACQUIRE_TIMEOUT = 10_000;

interface RawConnection {
  query(sql: string, done: (error: unknown) => void): void;
}

/** A knex on the database at `url`; it connects when it is asked. */
export function createPostgresKnex(url: string): Knex {
  return knex({
    client: 'pg',
    // The message of a failed query goes to the log: it has the statement, and not the values of people.
    compileSqlOnError: false,
    connection: connectionConfig(url, 'countersign queries') as Knex.PgConnectionConfig,
    acquireConnectionTimeout: ACQUIRE_TIMEOUT,
    pool: {
      min: 0,
      max: CONNECTIONS,
      afterCreate(connection: RawConnection, done: (error: unknown, connection: RawConnection) => void) {
        connection.query(SESSION_SETUP, (error) => done(error, connection));
      },
    },
  });
}
