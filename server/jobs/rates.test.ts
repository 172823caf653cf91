/** Rates of job types, as they are written and counted. */
import { expect, test } from 'vitest';
import { createAllowance, readJobRates } from './rates.js';

test('rates are read from text, and anything else is refused', () => {
  expect(readJobRates('')).toEqual({});
  expect(readJobRates('mail=10/s, charge card = 100/min,report=5/h')).toEqual({
    mail: { count: 10, intervalMs: 1_000 },
    'charge card': { count: 100, intervalMs: 60_000 },
    report: { count: 5, intervalMs: 3_600_000 },
  });
  for (const text of ['mail', 'mail=10', 'mail=0/s', 'mail=1/day', '=1/s', 'mail=1/s,mail=2/s', 'mail=-1/s'])
    expect(readJobRates(text), text).toBeNull();
});

test('what is given is counted, fills up evenly, and never beyond one interval', () => {
  const allowance = createAllowance({ mail: { count: 10, intervalMs: 1_000 } });
  expect(allowance.left('other', 0)).toBe(Infinity);
  expect(allowance.left('mail', 0)).toBe(10);
  allowance.count('mail', 10, 0);
  expect([allowance.left('mail', 99), allowance.nextAt('mail', 99)]).toEqual([0, 100]);
  expect(allowance.left('mail', 300)).toBe(3);
  expect(allowance.left('mail', 100_000)).toBe(10);
  allowance.count('mail', 4, 100_000);
  allowance.count('mail', -4, 100_000);
  expect(allowance.left('mail', 100_000)).toBe(10);
  allowance.count('mail', 10, 100_000);
  // The clock goes back: nothing is given for that, and nothing is taken.
  expect(allowance.left('mail', 50_000)).toBe(0);
  expect(allowance.left('mail', 50_100)).toBe(1);
});
