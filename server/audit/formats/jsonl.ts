/** JSON lines, for pipelines: a row of the journal on each line, with its leaf hash. */
import { writeJson } from '@countersign/engine';
import type { ExportFormat } from './format.js';

/**
 * One JSON object a line, as the API gives rows. `leafHash` is what stands for the row in the tree that checkpoints
 * sign (docs/audit-bundle.md), so that a line can be found again in a bundle or a proof.
 */
export const jsonl: ExportFormat = {
  name: 'jsonl',
  extension: 'jsonl',
  mediaType: 'application/jsonl; charset=utf-8',
  async *write({ rows, count }) {
    for await (const chunk of rows.withLeaves()) {
      if (chunk.length === 0) continue;
      count(chunk.length);
      yield chunk.map((row) => `${writeJson(row)}\n`).join('');
    }
  },
};
