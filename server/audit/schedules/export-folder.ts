/**
 * The folder that scheduled exports go to. A file appears in it when it is whole: it is written under a name that begins
 * with a dot and renamed. No file is ever overwritten, and nothing is written outside of the folder.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** A folder below the export folder: names of letters, digits, dots, dashes and underscores, with slashes between. */
const FOLDER = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\/)*[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/** Systems of files that have no hard links say so with one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/** Whether a text names a folder below the export folder; the empty text names that folder itself. */
export function isFolderName(text: string): boolean {
  return text === '' || (text.length <= 400 && FOLDER.test(text));
}

/**
 * Writes the bytes to `root/folder/name`, or to a name with a number where that is there already; answers the path
 * below `root`. Whatever fails, no file of that name stays.
 */
export async function writeExportFile(
  root: string,
  { folder, name }: { readonly folder: string; readonly name: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<string> {
  if (!isFolderName(folder) || !isFolderName(name) || name.includes('/')) {
    throw new Error(`"${join(folder, name)}" is no name for an export.`);
  }
  await mkdir(join(root, folder), { recursive: true });
  const base = await realpath(root);
  const place = await realpath(join(base, folder));
  // A link in the folder may lead elsewhere.
  if (place !== base && !place.startsWith(base + sep)) {
    throw new Error(`The folder "${folder}" is a link that leads out of the export folder.`);
  }
  const part = join(place, `.${randomBytes(8).toString('hex')}.part`);
  const file = await open(part, 'wx', 0o640);
  try {
    for await (const piece of bytes) await file.writeFile(piece);
    await file.sync();
    await file.close();
    return relative(base, await giveName(part, place, name));
  } finally {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
  }
}

async function giveName(part: string, place: string, name: string): Promise<string> {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  for (let number = 1; ; number += 1) {
    const path = join(place, number === 1 ? name : `${stem}-${number}${ending}`);
    try {
      await link(part, path);
      return path;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === 'EEXIST') continue;
      if (!NO_LINKS.has(code)) throw error;
      if (await renameToNew(part, path)) return path;
    }
  }
}

/** Without hard links: takes the name with an empty file first, so that nobody else has it. */
async function renameToNew(part: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  await rename(part, path);
  return true;
}
