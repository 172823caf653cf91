/**
 * `countersign backup FOLDER`: the embedded database as it was at one moment, while a server goes on writing.
 * The folder is new; the list of its files is written last, so that a folder without it is no backup.
 */
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJson } from '@countersign/engine';
import { CliFailure } from '../cli/exit-codes.js';
import { checkCopy, checkFile, copyDatabase, lastPosition } from '../store/backup.js';
import { companions, copyDurably, hashFile, isKey, sizeOf, sync } from './files.js';
import { DATABASE_NAME, MANIFEST_NAME } from './manifest.js';
import type { Manifest } from './manifest.js';

/** What to back up, and how. */
export interface BackupRequest {
  /** The path of the database. */
  readonly database: string;
  /** The folder to make; it must not be there. */
  readonly folder: string;
  /** Leaves the key out that signs the audit trail's checkpoints. */
  readonly withoutKey: boolean;
  /** Leaves out the comparison with the journal, which takes about as long as the copy takes memory. */
  readonly quick: boolean;
  readonly version: string;
  readonly progress: (text: string) => void;
}

/** A backup that was made and looked at. */
export interface BackupResult extends Manifest {
  readonly folder: string;
  /** How the copy was compared with its journal: not at all, or with this many rows. */
  readonly journalRows: number | null;
}

/** Makes a backup. Throws `CliFailure`, and then leaves nothing. */
export async function backUp(request: BackupRequest): Promise<BackupResult> {
  const { database, folder } = request;
  if ((await sizeOf(database)) === null) throw new CliFailure(`There is no database ${database}.`);
  try {
    await mkdir(dirname(folder), { recursive: true });
    // The database holds what people entered: nobody else may read it.
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new CliFailure(`${folder} is there already. Name a folder that is not.`);
    throw error;
  }
  try {
    return await fill(request);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function fill(request: BackupRequest): Promise<BackupResult> {
  const { database, folder, progress } = request;
  const copy = join(folder, DATABASE_NAME);
  // What stands beside the database only grows: taken after it, it would speak of rows that the copy lacks.
  const beside = (await companions(database)).filter((suffix) => !(request.withoutKey && isKey(suffix)));
  for (const suffix of beside) await copyDurably(`${database}${suffix}`, `${copy}${suffix}`, 0o600);
  await copyDatabase(database, copy, (part) => progress(`Copying: ${String(Math.floor(part * 100))} % …`));
  await chmod(copy, 0o600);

  progress('Looking at the copy …');
  const faults = checkFile(copy);
  if (faults.length > 0)
    throw new CliFailure(`The copy is damaged, and so may the database be: ${faults[0]}`);
  const journalRows = request.quick ? null : await compare(copy);
  const last = lastPosition(copy);
  await removeLog(copy);
  await sync(copy);

  const files = [];
  for (const name of [DATABASE_NAME, ...beside.map((suffix) => `${DATABASE_NAME}${suffix}`)]) {
    const path = join(folder, name);
    files.push({ name, bytes: (await sizeOf(path)) ?? 0, sha256: await hashFile(path) });
  }
  const manifest: Manifest = {
    format: 1,
    at: new Date().toISOString(),
    version: request.version,
    lastPosition: last,
    files,
  };
  await writeList(folder, manifest);
  return { ...manifest, folder, journalRows };
}

/** The comparison opens the copy as a server does, with a log beside it; it is empty afterwards. */
async function removeLog(copy: string): Promise<void> {
  if (((await sizeOf(`${copy}-wal`)) ?? 0) > 0) throw new CliFailure(`${copy} could not be closed.`);
  for (const suffix of ['-wal', '-shm']) await rm(`${copy}${suffix}`, { force: true });
}

/** How many rows the journal has that gives exactly what the copy stores; null for a copy of an older version. */
async function compare(copy: string): Promise<number | null> {
  const report = await checkCopy(copy);
  if (!report) return null;
  if (report.differences.length === 0) return report.journalRows;
  const [{ where, key, column }] = report.differences;
  throw new CliFailure(
    `The copy is not what its journal gives (${where} ${String(key)} ${column}, and perhaps more), ` +
      'and so the database is not. "npm run check:journal" lists every difference; --quick makes the backup nevertheless.',
  );
}

async function writeList(folder: string, manifest: Manifest): Promise<void> {
  const file = await open(join(folder, MANIFEST_NAME), 'wx', 0o600);
  try {
    await file.writeFile(`${writeJson(manifest, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await sync(folder);
  await sync(dirname(folder));
}
