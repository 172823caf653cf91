/**
 * `npm run soak -- KILLS`: kills a working server with SIGKILL at thousands of random moments and statements (3,000
 * where no number is given) and checks each time that nothing was lost, doubled or left behind. Every round of 100
 * kills has a database and a seed of its own, which is printed; it stops at the first round that fails.
 */
import { buildStale } from './setup/build.mjs';
import { root } from './setup/root.mjs';
import { PlainFailure, giveUp, runNode, say, tools } from './setup/run.mjs';

const KILLS_OF_A_ROUND = 100;

try {
  const kills = Number(process.argv[2] ?? 3_000);
  if (!Number.isInteger(kills) || kills < 1)
    throw new PlainFailure(`"${process.argv[2]}" is no number of kills. Example: npm run soak -- 3000`);
  process.chdir(root);
  await buildStale({ only: ['server'] });
  for (let done = 0; done < kills; done += KILLS_OF_A_ROUND) {
    const count = Math.min(KILLS_OF_A_ROUND, kills - done);
    const env = {
      CRASH_SEED: process.env.CRASH_SEED ?? String(Math.floor(Math.random() * 1_000_000)),
      CRASH_KILLS: String(count),
      CRASH_INSTANCES: process.env.CRASH_INSTANCES ?? '5000',
    };
    const { code } = await runNode(tools.vitest, ['run', 'test/crash/kill.test.ts'], { env });
    if (code !== 0)
      throw new PlainFailure(
        `Failed after ${done} kills. Again: CRASH_SEED=${env.CRASH_SEED} npm run soak -- ${count}`,
      );
    say(`${done + count} of ${kills} kills`);
  }
} catch (error) {
  giveUp(error);
}
