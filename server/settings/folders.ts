/** Where the project's own files lie: from the sources and from the built server alike. */
import { readJson } from '@countersign/engine';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders with what the server reads besides its database. */
export interface Folders {
  /** The version in the project's package file and, where the built program runs, its build: `0.1.0+1a2b3c4d`. */
  readonly version: string;
  /** The samples, one folder each, and their worker. */
  readonly processes: string;
  /** The built web app; may not be there. */
  readonly webApp: string;
}

/**
 * The compiled file of the server with this path, for a thread: beside the compiled files, or among what was built, where
 * the sources run. Throws where nothing was built.
 */
export function builtFile(path: string): URL {
  const beside = new URL(`../${path}`, import.meta.url);
  if (existsSync(fileURLToPath(beside))) return beside;
  const built = new URL(`../dist/${path}`, import.meta.url);
  if (existsSync(fileURLToPath(built))) return built;
  throw new Error('The server is not built: run "npm run build" first');
}

/** Finds the folders by walking up from this file. Throws where the project is not around it. */
export function findFolders(): Folders {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'processes')) || !existsSync(join(folder, 'modeler'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The folders "processes" and "modeler" are not above the server.');
    folder = parent;
  }
  const { version } = readJson(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return {
    version: version + buildOf(),
    processes: join(folder, 'processes'),
    webApp: join(folder, 'modeler', 'dist'),
  };
}

/** What tells the build that runs from others of its version; nothing where the sources run. */
function buildOf(): string {
  const file = fileURLToPath(new URL('../build.json', import.meta.url));
  if (!existsSync(file)) return '';
  const { build } = readJson(readFileSync(file, 'utf8')) as { build: string };
  return `+${build}`;
}
