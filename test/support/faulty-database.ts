/** A database that fails when it is told to: the runtime's connection, with a fault at its n-th call in a transaction. */
import type { Database, Statement } from '../../server/store/database.js';
import type { SqliteDatabase } from '../../server/store/sqlite.js';

/** What will fail, and how far it is. One for all connections: a test has one runtime. */
export interface FaultPlan {
  /** Calls until the fault: 1 is the next one. 0 for no fault. */
  left: number;
  /** SQLite's result code that the failing call is given. */
  code: number;
  /** Faults that happened. */
  happened: number;
}

/** SQLite's result codes, as the binding reports them. */
export const FAULTS = {
  error: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  disk: 10,
  full: 13,
  write: 778,
  sync: 1034,
} as const;

/**
 * The connection with faults. A call that fails did nothing. A begin, a commit (which is where SQLite writes and syncs)
 * and each statement between them count; a rollback does not, and what runs outside of transactions neither.
 */
export function withFaults(connection: SqliteDatabase, plan: FaultPlan): SqliteDatabase {
  const count = (): void => {
    if (plan.left === 0) return;
    plan.left -= 1;
    if (plan.left > 0) return;
    plan.happened += 1;
    throw Object.assign(new Error(`The database failed with ${plan.code}`), { errcode: plan.code });
  };
  const countInside = (): void => {
    if (connection.isTransaction) count();
  };
  const prepare: Database['prepare'] = (sql) => {
    const statement = connection.prepare(sql);
    return {
      get(...values) {
        countInside();
        return statement.get(...values);
      },
      all(...values) {
        countInside();
        return statement.all(...values);
      },
      iterate: (...values) => statement.iterate(...values),
      run(...values) {
        countInside();
        statement.run(...values);
      },
    } satisfies Statement;
  };
  return {
    dialect: connection.dialect,
    binding: connection.binding,
    checkFile: () => connection.checkFile(),
    prepare,
    exec: (sql) => connection.exec(sql),
    get isTransaction() {
      return connection.isTransaction;
    },
    begin() {
      count();
      connection.begin();
    },
    commit() {
      count();
      return connection.commit();
    },
    rollback: () => connection.rollback(),
    close: () => connection.close(),
  };
}
