/**
 * `npm run explore -- MINUTES`: runs the tests that choose by chance from new seeds, again and again, for so many
 * minutes (10 where no number is given). Stops at the first failure and says how to run it again; the seed that
 * failed becomes a case. `npm test` itself takes fixed seeds.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './setup/install.mjs';
import { fromRoot, root } from './setup/root.mjs';
import { PlainFailure, giveUp, runNode, say, tools } from './setup/run.mjs';

/** What a test imports that chooses by chance. */
const BY_CHANCE = /from '[./]*\/support\/(?:property|random-source)\.js'/;

function testsByChance(folder) {
  return readdirSync(fromRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'crash'].includes(entry.name) ? [] : testsByChance(path);
    return entry.name.endsWith('.test.ts') && BY_CHANCE.test(readFileSync(fromRoot(path), 'utf8'))
      ? [path]
      : [];
  });
}

try {
  const [given = '10'] = process.argv.slice(2);
  const minutes = Number(given);
  if (!(minutes > 0))
    throw new PlainFailure(`"${given}" is no number of minutes. Example: npm run explore -- 10`);
  process.chdir(root);
  await installPackages();
  const files = ['engine', 'server', 'test'].flatMap(testsByChance);
  const end = Date.now() + minutes * 60_000;
  for (let round = 1; Date.now() < end; round += 1) {
    const seed = process.env.COUNTERSIGN_PROPERTY_SEED ?? String(Math.floor(Math.random() * 1_000_000_000));
    const { code } = await runNode(tools.vitest, ['run', ...files], {
      env: { NODE_ENV: 'test', COUNTERSIGN_PROPERTY_SEED: seed },
    });
    if (code !== 0) {
      throw new PlainFailure(
        `Round ${round} failed. Again: COUNTERSIGN_PROPERTY_SEED=${seed} npm run explore -- 0.1`,
      );
    }
    say(`round ${round} passed, seed ${seed}`);
  }
} catch (error) {
  giveUp(error);
}
