/**
 * Random processes that operators interfere with at random still end, leave nothing behind, and replay. The settings
 * are those of the random processes that are left alone; a failure names the seed that alone gives the same run again.
 */
import { expect, test } from 'vitest';
import { SEED } from '../support/property.js';
import { growProcess } from './random-processes.js';
import { runAtRandom } from './random-run.js';

const RUNS = Number(process.env.COUNTERSIGN_PROPERTY_RUNS ?? 200);

const OPERATIONS = ['instance modified', 'instance suspended', 'move held'];

test(`${RUNS} random processes from seed ${SEED} end and replay whatever operators do to them`, async () => {
  const done = new Map<string, number>();
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const growth = growProcess(seed);
    try {
      const { operations } = await runAtRandom(growth, seed, true);
      for (const [type, count] of operations) done.set(type, (done.get(type) ?? 0) + count);
    } catch (failure) {
      throw new Error(`COUNTERSIGN_PROPERTY_SEED=${seed} COUNTERSIGN_PROPERTY_RUNS=1 fails.\n${growth.xml}`, {
        cause: failure,
      });
    }
  }
  const counts = [...done].map(([type, count]) => `${count} times ${type}`);
  console.log(`${RUNS} processes from seed ${SEED}: ${counts.join(', ')}.`);
  if (RUNS >= 100) expect(Math.min(...OPERATIONS.map((type) => done.get(type) ?? 0))).toBeGreaterThan(0);
}, 600_000);
