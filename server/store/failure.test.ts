/** What each failure of a database means: who may try again, and when. */
import { expect, test } from 'vitest';
import { databaseFailure, isDatabaseAway } from './failure.js';

const ofPostgres = (sqlState: string) => Object.assign(new Error('failed'), { sqlState });
const ofSqlite = (errcode: number) => Object.assign(new Error('failed'), { errcode });

test.each([
  ['disk full', '53100', 'retryable'],
  ['out of memory', '53200', 'retryable'],
  ['too many connections', '53300', 'retryable'],
  ['no connection', '08006', 'retryable'],
  ['statement timeout', '57014', 'retryable'],
  ['shut down by an administrator', '57P01', 'retryable'],
  ['crashed', '57P02', 'retryable'],
  ['starting', '57P03', 'retryable'],
  ['lock timeout', '55P03', 'retryable'],
  ['a transaction that stood still', '25P03', 'retryable'],
  ['read-only', '25006', 'retryable'],
  ['I/O', '58030', 'retryable'],
  ['deadlock', '40P01', 'conflict'],
  ['serialization', '40001', 'conflict'],
  ['the next event of an instance written by another', '23505', 'conflict'],
  ['a commit nobody can ask for', '08007', 'unknown'],
  ['not null', '23502', 'permanent'],
  ['no such table', '42P01', 'permanent'],
  ['bad text', '22021', 'permanent'],
])('PostgreSQL: %s (%s) is %s', (_what, sqlState, meaning) => {
  expect(databaseFailure(ofPostgres(sqlState))).toBe(meaning);
});

test.each([
  ['busy', 5, 'retryable'],
  ['disk full', 13, 'retryable'],
  ['a failed write of the disk', 778, 'retryable'],
  ['constraint', 19, 'permanent'],
])('SQLite: %s (%i) is %s', (_what, errcode, meaning) => {
  expect(databaseFailure(ofSqlite(errcode))).toBe(meaning);
});

test('what did not come from a database is no failure of one', () => {
  expect(databaseFailure(new Error('a bug'))).toBe(null);
  expect(databaseFailure('text')).toBe(null);
});

const SAID = [
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Unable to acquire a connection',
  'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
];
const STATEMENT = `select "v".* from "variable" as "v" where "v"."name" = 'a - b' limit 1`;

test.each(SAID)('the database is away: %s, alone and behind its statement', (message) => {
  expect(isDatabaseAway(new Error(message))).toBe(true);
  expect(isDatabaseAway(new Error(`${STATEMENT} - ${message}`))).toBe(true);
});

test.each(SAID)('a value of a statement says nothing of the database: %s', (message) => {
  const statement = `select * from "incident" where "error_message" = 'x - ${message}'`;
  expect(isDatabaseAway(new Error(`${statement} - syntax error at or near "whre"`))).toBe(false);
  expect(isDatabaseAway(new Error(`${message}, said the worker`))).toBe(false);
});
