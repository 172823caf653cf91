/**
 * The file beside the database that every checkpoint is added to, a line of JSON each: who copies it elsewhere now
 * and then can show later what the tree was at that time.
 */
import { appendFile } from 'node:fs/promises';
import type { StoredCheckpoint } from '../../store/audit-tree.js';

/** Adds checkpoints to a file, in their order. */
export interface CheckpointFile {
  add(checkpoint: StoredCheckpoint): void;
  /** Fulfilled when everything added so far is in the file, or was reported as lost. */
  settled(): Promise<void>;
}

/** Appends to the file at `path`; what cannot be written is reported and stays in the database. */
export function openCheckpointFile(
  path: string,
  onError: (error: unknown, what: string) => void,
): CheckpointFile {
  let chain: Promise<void> = Promise.resolve();
  return {
    add({ at, size, note }) {
      const line = `${JSON.stringify({ at: new Date(at).toISOString(), size, note })}\n`;
      chain = chain
        .then(() => appendFile(path, line, { mode: 0o644 }))
        .catch((error: unknown) => {
          onError(error, `adding a checkpoint to ${path}`);
        });
    },
    settled: () => chain,
  };
}
