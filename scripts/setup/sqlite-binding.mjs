/**
 * Makes sure that SQLite can be loaded. The package brings binaries for the usual systems; elsewhere it is
 * compiled once against the headers that came with Node, without downloading anything.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fromRoot } from './root.mjs';
import { PlainFailure, npmCli, runNode, say } from './run.mjs';

const require = createRequire(fromRoot('server', 'package.json'));

/** Opens a database in memory in this process; returns why it can't, or null. */
function tryBinding() {
  try {
    const { DatabaseSync } = require('@photostructure/sqlite');
    new DatabaseSync(':memory:').close();
    return null;
  } catch (error) {
    return String(error?.message ?? error);
  }
}

/** The folder that holds `include/node/node.h` for this Node; null where the headers are not installed. */
function headersFolder() {
  const besideNode = dirname(dirname(process.execPath));
  return (
    [besideNode, '/usr', '/usr/local'].find((folder) => existsSync(join(folder, 'include/node/node.h'))) ??
    null
  );
}

function nodeGyp() {
  const file = join(dirname(npmCli()), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  return existsSync(file) ? file : createRequire(npmCli()).resolve('node-gyp/bin/node-gyp.js');
}

/** Loads the binding, compiling it first where no binary fits; throws a plain failure when neither works. */
export async function ensureSqliteBinding() {
  const reason = tryBinding();
  if (reason === null) return;
  const headers = headersFolder();
  if (headers === null) {
    throw new PlainFailure(
      `SQLite has no ready-made binary for ${process.platform}-${process.arch} (${reason}),\n` +
        'and the headers of Node are not installed, so it cannot be compiled here.\n' +
        "Install Node from https://nodejs.org (its archive includes the headers), or your system's nodejs-dev package.",
    );
  }
  say('No ready-made SQLite fits this machine: compiling it against the headers of Node (a minute or two) …');
  const packageFolder = dirname(require.resolve('@photostructure/sqlite/package.json'));
  const { code, output } = await runNode(nodeGyp(), ['rebuild', '--release', `--nodedir=${headers}`], {
    cwd: packageFolder,
    quiet: true,
  });
  if (code !== 0) {
    throw new PlainFailure(
      `${output.split('\n').slice(-25).join('\n')}\nSQLite could not be compiled. ` +
        'It needs a C++ compiler, make and Python 3 (Debian: apt-get install build-essential python3; macOS: xcode-select --install).',
    );
  }
  const { code: stillBroken } = await runNode('-e', [
    `const {DatabaseSync}=require(${JSON.stringify(packageFolder)});new DatabaseSync(':memory:').close()`,
  ]);
  if (stillBroken !== 0)
    throw new PlainFailure('SQLite was compiled but still cannot be loaded; see the message above.');
}
