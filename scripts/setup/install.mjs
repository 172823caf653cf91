/**
 * Installs the packages when they are missing or older than package-lock.json.
 * A folder that already holds exactly what the lock file asks for (after `npm install`) is left alone.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fromRoot } from './root.mjs';
import { PlainFailure, npmCli, runNode, say } from './run.mjs';

const STAMP = fromRoot('node_modules', '.countersign-install');

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function wantedStamp() {
  const lock = readFileSync(fromRoot('package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  return `${digest} ${process.platform}-${process.arch}`;
}

function readStamp() {
  try {
    return readFileSync(STAMP, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Whether npm's own record of what is installed has every package at the version the lock file names. */
function installedAsLocked() {
  const lock = readJson(fromRoot('package-lock.json'));
  const installed = readJson(fromRoot('node_modules', '.package-lock.json'));
  if (lock === null || installed === null) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed.packages[path];
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version;
  });
}

/** Makes node_modules match package-lock.json; does nothing when it already does. */
export async function installPackages() {
  const wanted = wantedStamp();
  if (readStamp() === wanted) return;
  if (!installedAsLocked()) {
    say('Installing packages (npm ci) …');
    const { code } = await runNode(npmCli(), [
      'ci',
      '--include=dev',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    if (code !== 0) {
      rmSync(STAMP, { force: true });
      throw new PlainFailure(
        'The packages could not be installed (npm ci failed, see above).\n' +
          'Check the network or the proxy settings of npm, then run the command again.',
      );
    }
  }
  writeFileSync(STAMP, `${wanted}\n`);
}
