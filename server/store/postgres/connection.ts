/**
 * The runtime's connection to PostgreSQL, with the face of an embedded database. Writes are gathered and sent
 * with the next read or the commit, or earlier when they are large, so that PostgreSQL works meanwhile.
 */
import type { BindValue, Database, Statement } from '../database.js';
import { PostgresFailure, createBridge } from './bridge.js';
import type { Bridge, Place } from './bridge.js';
import { NO_CONNECTION } from './protocol.js';
import type { Sent, SentRows } from './protocol.js';
import { toPostgres } from './sql.js';

/** A connection to PostgreSQL, with what only PostgreSQL has. */
export interface PostgresDatabase extends Database {
  close(): Promise<void>;
}

/** Characters of gathered writes that are sent without waiting for more. */
const SEND_AT = 32_000;

/** Rows that `iterate` has in memory at a time. */
const PAGE = 5_000;

/** Connects to the database at `url`. Throws where it cannot be reached. */
export async function openPostgres(url: string): Promise<PostgresDatabase> {
  const bridge = createBridge(url);
  try {
    await bridge.connected();
  } catch (error) {
    await bridge.close();
    throw error;
  }
  return createConnection(bridge);
}

function createConnection(bridge: Bridge): PostgresDatabase {
  let isTransaction = false;
  let begins = false;
  let gathered: Sent[] = [];
  let characters = 0;

  /** Takes what was gathered, and where it belongs. */
  const take = (): [Sent[], Place] => {
    const place = { begins, belongs: isTransaction };
    const statements = gathered;
    gathered = [];
    characters = 0;
    begins = false;
    return [statements, place];
  };

  const write = (sql: string, values: readonly BindValue[]): void => {
    gathered.push({ sql, values });
    for (const value of values) if (typeof value === 'string') characters += value.length;
    if (characters > SEND_AT || !isTransaction) bridge.post(...take());
  };

  const read = (sql: string, values: readonly BindValue[]): SentRows => {
    if (!bridge.isUp()) throw noConnection();
    gathered.push({ sql, values });
    return bridge.ask(...take());
  };

  return {
    dialect: 'postgres',
    get isTransaction() {
      return isTransaction;
    },
    prepare: (sql) => prepare(toPostgres(sql), read, write),
    exec: (sql) => void read(sql, []),
    begin() {
      if (!bridge.isUp()) throw noConnection();
      isTransaction = true;
      begins = true;
      gathered = [{ sql: 'begin', values: [] }];
    },
    async commit() {
      gathered.push({ sql: 'commit', values: [] });
      const [statements, place] = take();
      const { command } = await bridge.askLater(statements, place);
      isTransaction = false;
      // A transaction that failed without our knowing is undone by its commit, and PostgreSQL says so.
      if (command !== 'COMMIT') throw noConnection();
    },
    rollback() {
      if (!isTransaction) return;
      isTransaction = false;
      // What was not sent has not to be undone; without `begin` there is nothing to undo at all.
      const isUnknown = begins;
      take();
      if (!isUnknown) bridge.post([{ sql: 'rollback', values: [] }], { begins: false, belongs: true });
    },
    close: () => bridge.close(),
  };
}

type Read = (sql: string, values: readonly BindValue[]) => SentRows;

function prepare(
  sql: string,
  read: Read,
  write: (sql: string, values: readonly BindValue[]) => void,
): Statement {
  const all = (values: readonly BindValue[]): Record<string, BindValue>[] => asObjects(read(sql, values));
  return {
    get: (...values) => all(values)[0],
    all: (...values) => all(values),
    run: (...values) => write(sql, values),
    *iterate(...values) {
      // A page at a time, by position: for reading whole tables that stand still.
      const paged = `select * from (${sql}) as pages limit ${PAGE} offset `;
      for (let offset = 0; ; offset += PAGE) {
        const rows = asObjects(read(`${paged}${offset}`, values));
        yield* rows;
        if (rows.length < PAGE) return;
      }
    },
  };
}

function asObjects({ columns, rows }: SentRows): Record<string, BindValue>[] {
  return rows.map((row) => {
    const object: Record<string, BindValue> = {};
    for (let index = 0; index < columns.length; index += 1) object[columns[index]] = row[index];
    return object;
  });
}

function noConnection(): PostgresFailure {
  return new PostgresFailure({ message: 'There is no connection to PostgreSQL', sqlState: NO_CONNECTION });
}
