/** When a batch operation still moves. */
import type { Batch } from '../../api/batches.js';

/** Milliseconds between two looks at one that moves. */
export const POLL_MS = 1000;

/** Whether instances are still collected or worked on. */
export function isOpen(batch: Batch): boolean {
  return batch.state === 'CREATED' || batch.state === 'ACTIVE';
}
