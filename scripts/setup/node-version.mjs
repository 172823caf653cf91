/** Refuses a Node that is too old, in words. */
import { PlainFailure } from './run.mjs';

const FLOOR = [20, 19];

/** Throws a plain failure when this Node is older than the oldest one that is tested. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return;
  throw new PlainFailure(
    `Countersign needs Node ${FLOOR.join('.')} or newer; this is Node ${version}.\n` +
      'Install a newer one (https://nodejs.org, or your package manager) and run the command again.',
  );
}
