/** Where the project stands on this machine, so that every script works from any folder. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The project's root folder, as an absolute path. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** An absolute path below the root. */
export function fromRoot(...parts) {
  return join(root, ...parts);
}
