/** `npm run build`: installs what is missing and builds everything; `--force` builds what is fresh, too. */
import { buildStale } from './setup/build.mjs';
import { installPackages } from './setup/install.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { root } from './setup/root.mjs';
import { giveUp, say } from './setup/run.mjs';
import { ensureSqliteBinding } from './setup/sqlite-binding.mjs';

try {
  checkNodeVersion();
  process.chdir(root);
  await installPackages();
  await buildStale({ force: process.argv.includes('--force') });
  await ensureSqliteBinding();
  say('Everything is built.');
} catch (error) {
  giveUp(error);
}
