/**
 * Random processes that operators interfere with at random still end, leave nothing behind, and replay. The settings
 * are those of the random processes that are left alone; a failure names the seed that alone gives the same run again.
 */
import { expect, test } from 'vitest';
import { growProcess } from './random-processes.js';
import { runAtRandom } from './random-run.js';

const RUNS = Number(process.env.COUNTERSIGN_PROPERTY_RUNS ?? 200);

/** A run that was not asked for by number stops here, in milliseconds, so that a slow machine is not held up. */
const PATIENCE = process.env.COUNTERSIGN_PROPERTY_RUNS === undefined ? 10_000 : Infinity;
const FIRST = Number(process.env.COUNTERSIGN_PROPERTY_SEED ?? Math.floor(Math.random() * 1_000_000_000));

const OPERATIONS = ['instance modified', 'instance suspended', 'move held'];

test(`up to ${RUNS} random processes from seed ${FIRST} end and replay whatever operators do to them`, async () => {
  const stopAt = performance.now() + PATIENCE;
  let runs = 0;
  const done = new Map<string, number>();
  for (let seed = FIRST; seed < FIRST + RUNS && performance.now() < stopAt; seed += 1) {
    const growth = growProcess(seed);
    try {
      const { operations } = await runAtRandom(growth, seed, true);
      for (const [type, count] of operations) done.set(type, (done.get(type) ?? 0) + count);
      runs += 1;
    } catch (failure) {
      throw new Error(`COUNTERSIGN_PROPERTY_SEED=${seed} COUNTERSIGN_PROPERTY_RUNS=1 fails.\n${growth.xml}`, {
        cause: failure,
      });
    }
  }
  const counts = [...done].map(([type, count]) => `${count} times ${type}`);
  console.log(`${runs} processes from seed ${FIRST}: ${counts.join(', ')}.`);
  if (runs >= 100) expect(Math.min(...OPERATIONS.map((type) => done.get(type) ?? 0))).toBeGreaterThan(0);
}, 600_000);
