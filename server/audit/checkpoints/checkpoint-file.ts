/**
 * The file beside the database that every checkpoint is added to, a line of JSON each: who copies it elsewhere now
 * and then can show later what the tree was at that time.
 */
import { appendFile, open } from 'node:fs/promises';
import { readJson, writeJson } from '@countersign/engine';
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
      const line = `${writeJson({ at: new Date(at).toISOString(), size, note })}\n`;
      chain = chain
        .then(() => appendFile(path, line, { mode: 0o644 }))
        .catch((error: unknown) => {
          onError(error, `adding a checkpoint to ${path}`);
        });
    },
    settled: () => chain,
  };
}

/** A checkpoint as a line of the file at `path` has it. */
export interface WrittenCheckpoint {
  readonly path: string;
  readonly size: number;
  readonly note: string;
}

/** More than the longest line. */
const TAIL = 64 * 1024;

/** The last whole line of the file; null where there is none: a crash can have cut the last one off. */
export async function readLastWritten(path: string): Promise<WrittenCheckpoint | null> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const length = Math.min(TAIL, size);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString('utf8').split('\n').slice(0, -1);
    for (const line of lines.reverse()) {
      const read = readLine(line);
      if (read) return { path, ...read };
    }
    return null;
  } finally {
    await file.close();
  }
}

function readLine(line: string): { size: number; note: string } | null {
  try {
    const { size, note } = readJson(line) as { size?: unknown; note?: unknown };
    return typeof size === 'number' && typeof note === 'string' ? { size, note } : null;
  } catch {
    return null;
  }
}
