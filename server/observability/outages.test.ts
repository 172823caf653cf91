import { afterEach, expect, test } from 'vitest';
import { Unavailable } from '../runtime/errors.js';
import { createOutages } from './outages.js';
import type { Outages } from './outages.js';

const SECOND = 1_000;

let outages: Outages;
afterEach(() => outages.stop());

/** A log that keeps its lines, and outages that write to it at a time that is set. */
function begin() {
  const lines: { level: string; fields: unknown; text: string }[] = [];
  const add = (level: string) => (fields: unknown, text?: string) =>
    void lines.push({ level, fields, text: text ?? '' });
  const at = { now: 0, isReachable: true };
  outages = createOutages({ error: add('error'), warn: add('warn') }, () => at.now);
  outages.watch(() => at.isReachable);
  return { lines, at };
}

const refused = () =>
  Object.assign(new Error('the database system is shutting down'), { code: '57P03', severity: 'FATAL' });
const unwritten = () => new Unavailable('The database cannot be written now', SECOND, refused());
const connection = () =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });

test('a database that is away is told once, and once when it is back, with what failed meanwhile', async () => {
  const { lines, at } = begin();
  expect(outages.takes(refused(), 'growing')).toBe(true);
  at.isReachable = false;
  for (let second = 1; second <= 60; second += 1) {
    at.now = second * SECOND;
    expect(outages.takes(second % 2 === 0 ? unwritten() : connection(), 'triggering timers')).toBe(true);
  }
  expect(outages.figures()).toEqual({ seconds: 60, failures: 61 });
  at.isReachable = true;
  at.now += 10 * SECOND;
  await expect.poll(() => lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ level: 'error', fields: { what: 'growing' } });
  expect(lines[1]).toMatchObject({ level: 'warn', fields: { seconds: 60, failures: 61 } });
  // What waited for it and fails only now belongs to it.
  expect(outages.takes(new Error('Connection terminated unexpectedly'), 'searching')).toBe(true);
  expect(lines).toHaveLength(2);
  at.now += 60 * SECOND;
  expect(outages.takes(refused(), 'growing')).toBe(true);
  expect(lines).toHaveLength(3);
});

test('an outage that nobody met is told, too', async () => {
  const { lines, at } = begin();
  at.isReachable = false;
  await expect.poll(() => lines.map(({ level }) => level)).toEqual(['error']);
  at.isReachable = true;
  at.now += 10 * SECOND;
  await expect.poll(() => lines.map(({ level }) => level)).toEqual(['error', 'warn']);
});

test('other failures are not taken for it', () => {
  const { lines } = begin();
  const others = [
    new TypeError('x is not a function'),
    new Unavailable('Another node has taken over the sequencer', SECOND),
    Object.assign(new Error('duplicate key'), { code: '23505', severity: 'ERROR' }),
    // A witness that is away, while the database is there.
    connection(),
    Object.assign(new TypeError('fetch failed'), { cause: connection() }),
  ];
  for (const error of others) expect(outages.takes(error, 'working'), error.message).toBe(false);
  expect(lines).toEqual([]);
});
