/** What the pages about batch operations share: when one still moves, and what a migration is chosen to be. */
import type { Batch } from '../../api/batches.js';
import type { Mapping } from '../../api/operating.js';

/** Milliseconds between two looks at one that moves. */
export const POLL_MS = 1000;

/** Whether instances are still collected or worked on. */
export function isOpen(batch: Batch): boolean {
  return batch.state === 'CREATED' || batch.state === 'ACTIVE';
}

/** From which version to which, by definition keys, with what becomes of the elements. */
export interface MigrationChoice {
  sourceKey: string;
  targetKey: string;
  mappings: Mapping[];
}
