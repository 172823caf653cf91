/**
 * Random processes run as they should. COUNTERSIGN_PROPERTY_RUNS sets how many, COUNTERSIGN_PROPERTY_SEED the seed
 * of the first; a failure names the seed of its process, which alone gives the same run again.
 */
import { ELEMENT_TYPES } from '@countersign/engine';
import { expect, test } from 'vitest';
import { growProcess } from './random-processes.js';
import { runAtRandom } from './random-run.js';

const RUNS = Number(process.env.COUNTERSIGN_PROPERTY_RUNS ?? 2000);

/** A run that was not asked for by number stops here, in milliseconds, so that a slow machine is not held up. */
const PATIENCE = process.env.COUNTERSIGN_PROPERTY_RUNS === undefined ? 170_000 : Infinity;

/** What many runs must have been through between them. */
const HAPPENED = [
  'ad-hoc sub-process fulfilled',
  'compensation triggered',
  'condition met',
  'decision evaluated',
  'error thrown',
  'escalation thrown',
  'incident resolved',
  'interruption begun',
  'job failed',
  'loop started',
  'message correlated',
  'moves postponed',
  'signal caught',
  'timer triggered',
  'token discarded',
  'user task change denied',
  'user task corrected',
  'user task ready',
  'user task updated',
];
const FIRST = Number(process.env.COUNTERSIGN_PROPERTY_SEED ?? Math.floor(Math.random() * 1_000_000_000));

test(`up to ${RUNS} random processes from seed ${FIRST} end, leave nothing behind, and replay`, async () => {
  const types = new Set<string>();
  const happened = new Set<string>();
  let events = 0;
  let cancelled = 0;
  const stopAt = performance.now() + PATIENCE;
  let runs = 0;
  for (let seed = FIRST; seed < FIRST + RUNS && performance.now() < stopAt; seed += 1) {
    const growth = growProcess(seed);
    try {
      const run = await runAtRandom(growth, seed);
      for (const type of run.types) types.add(type);
      for (const type of run.eventTypes) happened.add(type);
      runs += 1;
      events += run.events;
      if (run.cancelled) cancelled += 1;
    } catch (failure) {
      throw new Error(`COUNTERSIGN_PROPERTY_SEED=${seed} COUNTERSIGN_PROPERTY_RUNS=1 fails.\n${growth.xml}`, {
        cause: failure,
      });
    }
  }
  console.log(
    `${runs} processes from seed ${FIRST}: ${events} engine events, ${cancelled} instances cancelled.`,
  );
  expect(runs).toBeGreaterThan(0);
  expect(cancelled).toBeLessThanOrEqual(runs / 2);
  if (runs < 300) return;
  expect([...types].sort()).toEqual([...ELEMENT_TYPES].sort());
  expect(HAPPENED.filter((type) => !happened.has(type))).toEqual([]);
}, 600_000);
