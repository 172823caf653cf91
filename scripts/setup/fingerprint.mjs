/** Fingerprints of source folders, so that nothing is built twice and nothing stale is served. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fromRoot, root } from './root.mjs';

const SKIPPED = new Set(['node_modules', 'dist', '.git']);

/** Every file below a folder (or the file itself), as absolute paths in a fixed order; tests are left out. */
export function sourceFiles(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  return stats.isDirectory() ? filesBelow(path) : [path];
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (SKIPPED.has(entry.name) || entry.name.endsWith('.test.ts')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** A short text that changes when a file below the given paths is added, removed or written. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(sourceFiles)) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Eight digits that two builds have in common only where their sources are the same, on any machine. */
export function contentId(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(sourceFiles)) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 8);
}

function stampFile(name) {
  return fromRoot('.cache', 'stamps', name);
}

/** The fingerprint kept under a name, or null. */
export function readStamp(name) {
  try {
    return readFileSync(stampFile(name), 'utf8').trim();
  } catch {
    return null;
  }
}

/** Keeps a fingerprint under a name. */
export function writeStamp(name, value) {
  mkdirSync(dirname(stampFile(name)), { recursive: true });
  writeFileSync(stampFile(name), `${value}\n`);
}
