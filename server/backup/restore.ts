/**
 * `countersign restore FOLDER`: puts a backup where the server looks for its database. It takes the server's
 * own lock, so that no server can run meanwhile; what it replaces is moved aside, never removed.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliFailure } from '../cli/exit-codes.js';
import { checkFile } from '../store/backup.js';
import { lockDatabase } from '../store/lock.js';
import { copyDurably, hashFile, sizeOf, sync } from './files.js';
import { DATABASE_NAME, readManifest } from './manifest.js';
import type { Manifest } from './manifest.js';

/** What to restore, and where. */
export interface RestoreRequest {
  readonly folder: string;
  /** The path of the database to put in place. */
  readonly database: string;
  /** Whether a database that is there may be moved aside. */
  readonly force: boolean;
  readonly progress: (text: string) => void;
}

/** What was restored. */
export interface RestoreResult {
  readonly database: string;
  readonly at: string;
  readonly lastPosition: number;
  readonly files: readonly string[];
  /** Where the files went that stood there before. */
  readonly movedAside: readonly string[];
}

/** Restores a backup. Throws `CliFailure`; nothing is replaced unless every file of the backup is whole. */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  const { folder, database, progress } = request;
  const manifest = await readManifest(folder);
  await checkFiles(folder, manifest, progress);
  await mkdir(dirname(database), { recursive: true });
  const unlock = lock(database);
  try {
    return await putInPlace(request, manifest);
  } finally {
    unlock();
  }
}

async function checkFiles(
  folder: string,
  { files }: Manifest,
  progress: (text: string) => void,
): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    progress(`Checking ${name} …`);
    const path = join(folder, name);
    const size = await sizeOf(path);
    if (size === null) throw new CliFailure(`${path} is missing from the backup.`);
    if (size !== bytes || (await hashFile(path)) !== sha256)
      throw new CliFailure(`${path} is not what was backed up: it was changed or damaged since.`);
  }
}

function lock(database: string): () => void {
  try {
    return lockDatabase(database);
  } catch (error) {
    throw new CliFailure(`${(error as Error).message}.`, undefined, { cause: error });
  }
}

async function putInPlace(request: RestoreRequest, manifest: Manifest): Promise<RestoreResult> {
  const { folder, database, force, progress } = request;
  const suffixes = manifest.files.map(({ name }) => name.slice(DATABASE_NAME.length));
  // The log of the database that was there must never meet the one that comes.
  const inTheWay: string[] = [];
  for (const suffix of new Set([...suffixes, '-wal', '-shm'])) {
    if ((await sizeOf(`${database}${suffix}`)) !== null) inTheWay.push(suffix);
  }
  if (inTheWay.some((suffix) => suffixes.includes(suffix)) && !force) {
    throw new CliFailure(
      `${database} is there already. --force moves it aside; or name another database by COUNTERSIGN_DATABASE_URL.`,
    );
  }
  progress('Copying …');
  const arriving = (suffix: string): string => `${database}.restoring${suffix}`;
  try {
    for (const suffix of suffixes) {
      await rm(arriving(suffix), { force: true });
      await copyDurably(join(folder, `${DATABASE_NAME}${suffix}`), arriving(suffix), 0o600);
    }
    const faults = checkFile(arriving(''));
    if (faults.length > 0) throw new CliFailure(`The copy is damaged: ${faults[0]}`);
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
    const movedAside: string[] = [];
    for (const suffix of inTheWay) {
      const aside = `${database}.replaced-${time}${suffix}`;
      await rename(`${database}${suffix}`, aside);
      movedAside.push(aside);
    }
    for (const suffix of suffixes) await rename(arriving(suffix), `${database}${suffix}`);
    await sync(dirname(database));
    const files = suffixes.map((suffix) => `${database}${suffix}`);
    return { database, at: manifest.at, lastPosition: manifest.lastPosition, files, movedAside };
  } catch (error) {
    for (const suffix of suffixes) await rm(arriving(suffix), { force: true });
    throw error;
  }
}
