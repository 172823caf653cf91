/**
 * `npm start`: installs what is missing, builds what is stale, then runs the server in this process.
 * Plain Node without dependencies, because it runs before anything is installed.
 */
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { buildStale } from './setup/build.mjs';
import { installPackages } from './setup/install.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { fromRoot, root } from './setup/root.mjs';
import { giveUp } from './setup/run.mjs';
import { ensureSqliteBinding } from './setup/sqlite-binding.mjs';

try {
  checkNodeVersion();
  process.chdir(root);
  await installPackages();
  await buildStale();
  await ensureSqliteBinding();
} catch (error) {
  giveUp(error);
}

// From Node 22 on, compiled code is kept between starts.
nodeModule.enableCompileCache?.(fromRoot('.cache', 'compiled'));
const main = fromRoot('server', 'dist', 'cli', 'main.js');
process.argv.splice(1, process.argv.length - 1, main, 'start', ...process.argv.slice(2));
await import(pathToFileURL(main).href);
