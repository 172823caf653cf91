/** Reads rows of SQLite, also those with integers that the binding refuses. */
import type { StatementSyncInstance } from '@photostructure/sqlite';
import type { BindValue, Statement } from './database.js';
import { nearestReadable } from './readable.js';

/** Whether the binding refused an integer of a row, as it refuses each beyond 2^53. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Value is too large to be represented');
}

function withNumbers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const columns = row as Record<string, unknown>;
  for (const [name, value] of Object.entries(columns)) {
    if (typeof value === 'bigint') columns[name] = nearestReadable(value);
  }
  return columns;
}

/** Runs `read` again with integers of any size where one of them was refused. */
function again<T>(statement: StatementSyncInstance, read: () => T, error: unknown): T {
  if (!isTooLarge(error)) throw error;
  statement.setReadBigInts(true);
  try {
    return read();
  } finally {
    statement.setReadBigInts(false);
  }
}

/** All rows of a statement. */
export function readAll(statement: StatementSyncInstance, values: readonly BindValue[]): unknown[] {
  try {
    return statement.all(...values) as unknown[];
  } catch (error) {
    return again(statement, () => statement.all(...values) as unknown[], error).map(withNumbers);
  }
}

/** A statement that reads whatever integers there are. What it writes goes the binding's own way. */
export function readingAnything(statement: StatementSyncInstance): Statement {
  return {
    get(...values) {
      try {
        return statement.get(...values) as unknown;
      } catch (error) {
        return withNumbers(again(statement, () => statement.get(...values) as unknown, error));
      }
    },
    all: (...values) => readAll(statement, values),
    iterate: (...values) => iterate(statement, values),
    run: statement.run.bind(statement),
  };
}

/** From the row on that was refused, the rows come with integers of any size. */
function* iterate(statement: StatementSyncInstance, values: readonly BindValue[]): Generator {
  let given = 0;
  try {
    for (const row of statement.iterate(...values)) {
      given += 1;
      yield row;
    }
  } catch (error) {
    const rest = again(statement, () => ([...statement.iterate(...values)] as unknown[]).slice(given), error);
    for (const row of rest) yield withNumbers(row);
  }
}
