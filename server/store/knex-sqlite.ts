/**
 * knex over the runtime's own connection: the better-sqlite3 dialect with statements of
 * `@photostructure/sqlite`, each prepared once.
 *
 * One connection serves both, so a knex query sees every commit before it and never half of one. The
 * runtime waits while a knex transaction is open: keep those short.
 */
import { createRequire } from 'node:module';
import knex from 'knex';
import type { Knex } from 'knex';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { BindValue } from './database.js';
import { readAll } from './sqlite-reading.js';

/** What knex hands to `_query`. */
interface KnexQuery {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
  response?: unknown;
  context?: { lastID: number | bigint; changes: number };
}

/** The parts of knex's dialect that are overridden here; knex publishes no type for it. */
interface Dialect {
  driver: unknown;
}

const require = createRequire(import.meta.url);
const BetterSqlite3 = require('knex/lib/dialects/better-sqlite3/index.js') as new (
  config: Knex.Config,
) => Dialect;

/** Statements kept; search pages build many different ones. */
const MAX_STATEMENTS = 500;

/**
 * A knex whose every query runs on `connection`. Destroying it leaves the connection open. `beforeWrite` is asked before
 * whatever is no question; what it throws fails the query.
 */
export function createSqliteKnex(
  connection: DatabaseSyncInstance,
  beforeWrite: () => void = () => undefined,
): Knex {
  const statements = new Map<string, StatementSyncInstance>();

  const prepared = (sql: string): StatementSyncInstance => {
    let statement = statements.get(sql);
    if (statement) return statement;
    statement = connection.prepare(sql);
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(sql, statement);
    return statement;
  };

  class Client extends BetterSqlite3 {
    _driver(): unknown {
      return {};
    }

    acquireRawConnection(): Promise<DatabaseSyncInstance> {
      return Promise.resolve(connection);
    }

    destroyRawConnection(): Promise<void> {
      return Promise.resolve();
    }

    /** Runs at once; a failure is a rejected promise, as knex expects. */
    _query(_connection: unknown, query: KnexQuery): Promise<KnexQuery> {
      return new Promise((resolve) => {
        resolve(run(query));
      });
    }
  }

  const run = (query: KnexQuery): KnexQuery => {
    if (!query.sql) throw new Error('The query is empty');
    if (!isQuestion(query.sql)) beforeWrite();
    const bindings = (query.bindings ?? []).map(asSqlValue);
    const statement = changesSchema(query.sql) ? connection.prepare(query.sql) : prepared(query.sql);
    if (statement.columns().length > 0) {
      query.response = readAll(statement, bindings);
    } else {
      const { lastInsertRowid, changes } = statement.run(...bindings);
      query.response = { lastInsertRowid, changes };
      query.context = { lastID: lastInsertRowid, changes };
    }
    return query;
  };

  return knex({
    client: Client as unknown as typeof Knex.Client,
    connection: { filename: connection.location() ?? ':memory:' },
    useNullAsDefault: true,
    // An error must not carry the values of its query into the log.
    compileSqlOnError: false,
    pool: { min: 1, max: 1 },
  });
}

/** Whether a statement only reads. */
function isQuestion(sql: string): boolean {
  return /^\s*(select|with|explain|pragma)\b/i.test(sql);
}

/** Whether a statement is one that nobody runs twice. */
function changesSchema(sql: string): boolean {
  return /^\s*(create|alter|drop|pragma)\b/i.test(sql);
}

/** A value as SQLite takes it: booleans as 0 and 1, dates as milliseconds. */
function asSqlValue(value: unknown): BindValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite cannot store a ${typeof value}`);
}
