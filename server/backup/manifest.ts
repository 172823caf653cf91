/** The list of what a backup holds: `manifest.json` in its folder, written last. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '@countersign/engine';
import { CliFailure } from '../cli/exit-codes.js';

/** The name of the database in the folder of a backup. */
export const DATABASE_NAME = 'countersign.db';
/** The name of the list. */
export const MANIFEST_NAME = 'manifest.json';

const manifest = z.object({
  format: z.literal(1),
  /** When the backup was made, ISO 8601. */
  at: z.string(),
  /** The version that made it. */
  version: z.string(),
  /** The position of the last row of the audit trail. */
  lastPosition: z.int().min(0),
  files: z.array(
    z.object({
      // A name alone: a list must not lead out of its folder.
      name: z.string().regex(/^countersign\.db(?:[-.][\w.-]+)?$/),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What a backup holds. */
export type Manifest = z.output<typeof manifest>;

/** Reads the list of a backup. Throws `CliFailure` where the folder is none. */
export async function readManifest(folder: string): Promise<Manifest> {
  let parsed: unknown;
  try {
    parsed = readJson(await readFile(join(folder, MANIFEST_NAME), 'utf8'));
  } catch (error) {
    throw new CliFailure(
      `${folder} is no backup: its ${MANIFEST_NAME} cannot be read (${(error as Error).message}).`,
    );
  }
  const result = manifest.safeParse(parsed);
  if (result.success && result.data.files.some(({ name }) => name === DATABASE_NAME)) return result.data;
  throw new CliFailure(`${join(folder, MANIFEST_NAME)} is not the list of a backup.`);
}
