/** Finds a Chromium for the browser tests; as root on Debian it installs one. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MACOS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium on this machine: COUNTERSIGN_CHROMIUM, then PATH, then the usual places; or null. */
export function findChromium() {
  const named = process.env.COUNTERSIGN_CHROMIUM;
  if (named !== undefined && named !== '') return isExecutable(named) ? named : null;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...ON_MACOS].find(isExecutable) ?? null;
}

/**
 * Finds a Chromium, installing Debian's package where that can be done without asking.
 * @returns {Promise<{path: string} | {missing: string}>} `missing` is one line that says what to do
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== null) return { path: found };
  const named = process.env.COUNTERSIGN_CHROMIUM;
  if (named !== undefined && named !== '') {
    return { missing: `COUNTERSIGN_CHROMIUM names ${named}, which is not a program: correct or unset it.` };
  }
  const isRootOnDebian = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isRootOnDebian) {
    return {
      missing: 'No Chromium found: install Chromium or Chrome, or set COUNTERSIGN_CHROMIUM to its path.',
    };
  }
  say('Installing Chromium (apt-get) …');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', 'chromium'];
  let result = await run('apt-get', install, { env, quiet: true });
  if (result.code !== 0) {
    await run('apt-get', ['update'], { env, quiet: true });
    result = await run('apt-get', install, { env, quiet: true });
  }
  const installed = findChromium();
  if (installed !== null) return { path: installed };
  say(result.output.split('\n').slice(-5).join('\n'));
  return {
    missing: 'Chromium could not be installed by apt-get: install it yourself, or set COUNTERSIGN_CHROMIUM.',
  };
}
