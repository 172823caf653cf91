import { expect, it } from 'vitest';
import { createPace } from './pace.js';

it('does not take a slow commit of few items for a slow database', () => {
  const pace = createPace();
  const before = pace.estimate(1_000);
  for (let commit = 0; commit < 50; commit += 1) pace.add(1, 200, true);
  expect(pace.estimate(1_000)).toBe(before);
});

it('follows commits that left others waiting', () => {
  const pace = createPace();
  for (let commit = 0; commit < 200; commit += 1) pace.add(100, 1_000, false);
  expect(pace.estimate(1_000)).toBeCloseTo(10_000, -1);
});

it('takes a commit that was faster than the estimate, although nobody waited', () => {
  const pace = createPace();
  for (let commit = 0; commit < 200; commit += 1) pace.add(100, 1_000, false);
  for (let commit = 0; commit < 200; commit += 1) pace.add(100, 10, true);
  expect(pace.estimate(1_000)).toBeCloseTo(100, 0);
});
