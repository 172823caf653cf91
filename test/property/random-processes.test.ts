/**
 * Random processes run as they should. COUNTERSIGN_PROPERTY_RUNS sets how many, COUNTERSIGN_PROPERTY_SEED the seed
 * of the first; a failure names the seed of its process, which alone gives the same run again.
 */
import { ELEMENT_TYPES } from '@countersign/engine';
import { expect, test } from 'vitest';
import { SEED } from '../support/property.js';
import { growProcess } from './random-processes.js';
import { runAtRandom } from './random-run.js';

const RUNS = Number(process.env.COUNTERSIGN_PROPERTY_RUNS ?? 2000);

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

test(`${RUNS} random processes from seed ${SEED} end, leave nothing behind, and replay`, async () => {
  const types = new Set<string>();
  const happened = new Set<string>();
  let events = 0;
  let cancelled = 0;
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const growth = growProcess(seed);
    try {
      const run = await runAtRandom(growth, seed);
      for (const type of run.types) types.add(type);
      for (const type of run.eventTypes) happened.add(type);
      events += run.events;
      if (run.cancelled) cancelled += 1;
    } catch (failure) {
      throw new Error(`COUNTERSIGN_PROPERTY_SEED=${seed} COUNTERSIGN_PROPERTY_RUNS=1 fails.\n${growth.xml}`, {
        cause: failure,
      });
    }
  }
  console.log(
    `${RUNS} processes from seed ${SEED}: ${events} engine events, ${cancelled} instances cancelled.`,
  );
  expect(cancelled).toBeLessThanOrEqual(RUNS / 2);
  if (RUNS < 300) return;
  expect([...types].sort()).toEqual([...ELEMENT_TYPES].sort());
  expect(HAPPENED.filter((type) => !happened.has(type))).toEqual([]);
}, 600_000);
