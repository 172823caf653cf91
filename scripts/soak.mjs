/**
 * `npm run soak -- KILLS`: kills a working server with SIGKILL at thousands of random moments and statements (3,000
 * where no number is given) and checks each time that nothing was lost, doubled or left behind. Every round of 100
 * kills has a database and a seed of its own, which is printed; it stops at the first round that fails.
 *
 * `npm run soak -- postgres FAULTS`: does the same to two servers on PostgreSQL, which is hurt with them (300 faults
 * where no number is given), in rounds of 30.
 */
import { buildStale } from './setup/build.mjs';
import { root } from './setup/root.mjs';
import { PlainFailure, giveUp, runNode, say, tools } from './setup/run.mjs';

const SOAKS = {
  sqlite: { file: 'kill', round: 100, all: 3_000, count: 'CRASH_KILLS', instances: '5000' },
  postgres: { file: 'postgres-nodes', round: 30, all: 300, count: 'CRASH_FAULTS', instances: '1500' },
};

try {
  const given = process.argv.slice(2);
  const name = given[0] === 'postgres' ? given.shift() : 'sqlite';
  const { file, round, all, count, instances } = SOAKS[name];
  const faults = Number(given[0] ?? all);
  if (!Number.isInteger(faults) || faults < 1)
    throw new PlainFailure(`"${given[0]}" is no number of faults. Example: npm run soak -- 3000`);
  process.chdir(root);
  await buildStale({ only: ['server'] });
  for (let done = 0; done < faults; done += round) {
    const now = Math.min(round, faults - done);
    const env = {
      CRASH_SEED: process.env.CRASH_SEED ?? String(Math.floor(Math.random() * 1_000_000)),
      [count]: String(now),
      CRASH_INSTANCES: process.env.CRASH_INSTANCES ?? instances,
    };
    const { code } = await runNode(tools.vitest, ['run', `test/crash/${file}.test.ts`], { env });
    const again = `CRASH_SEED=${env.CRASH_SEED} npm run soak -- ${name === 'postgres' ? 'postgres ' : ''}${now}`;
    if (code !== 0) throw new PlainFailure(`Failed after ${done} faults. Again: ${again}`);
    say(`${done + now} of ${faults} faults`);
  }
} catch (error) {
  giveUp(error);
}
