/** JSON lines, for pipelines: a row of the journal on each line. */
import { rowByRow } from './format.js';

/** One JSON object a line, as the API gives rows. */
export const jsonl = rowByRow({
  name: 'jsonl',
  extension: 'jsonl',
  mediaType: 'application/jsonl; charset=utf-8',
  chunk: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
});
