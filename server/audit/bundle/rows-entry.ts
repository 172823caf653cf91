/**
 * The rows of a bundle with the tree's hashes between them: what `rows.jsonl` and `proof.txt` are written from, in one
 * pass. Every row of the period is held against its leaf, also those that the bundle does not show: a row that was
 * changed so that the filter does not find it must not be left out.
 */
import { PROOF_TITLE, parseCheckpoint, sameBytes } from '@countersign/engine';
import type { StoredLeaf } from '@countersign/engine';
import { pseudonymIn, storedWorkerIn } from '../../store/people.js';
import { judgeLeaf } from '../proof/tile-leaves.js';
import { createProofWriter } from './proof-entry.js';
import { DifferentRow, TamperedTrail } from './source.js';
import type { BundleSource, CheckedLeaf } from './source.js';

/** What is counted and gathered while rows are written. */
export interface RowsWritten {
  rows: number;
  /** Shown rows inside of the range. */
  inRange: number;
  readonly pseudonyms: Set<string>;
  readonly processDefinitionKeys: Set<number>;
}

/** Starts the counts. */
export function noRowsWritten(): RowsWritten {
  return { rows: 0, inRange: 0, pseudonyms: new Set(), processDefinitionKeys: new Set() };
}

/**
 * The lines of the rows, some at a time; the lines of the proof go to `proof` as they are known. Throws TamperedTrail
 * where a row is not the one that the tree has, or the tree is not the one that was signed.
 */
export async function* writeRows(
  source: BundleSource,
  written: RowsWritten,
  proof: (lines: string) => Promise<void> | void,
): AsyncGenerator<string> {
  const { size, note } = source.checkpoint;
  const tree = createProofWriter([...source.earlier.map((one) => one.size), size]);
  await proof(`${PROOF_TITLE}\n`);
  for await (const leaves of source.leaves()) {
    const [first] = leaves;
    if (first !== undefined) await proof(await tree.skipTo(first.index, source.subtree));
    let rows = '';
    let lines = '';
    for (const leaf of leaves) {
      const { row, text } = checkedLeaf(leaf);
      const isShown = leaf.isShown(row);
      lines += tree.add(leaf.recorded, isShown);
      if (!isShown) continue;
      rows += `${text}\n`;
      count(source, leaf.index, row, written);
    }
    await proof(lines);
    // Also where it is nothing: a reader that went away is noticed then.
    yield rows;
  }
  await proof(await tree.skipTo(size, source.subtree));
  const { lines, root } = tree.end();
  await proof(lines);
  const signed = parseCheckpoint(note)?.checkpoint.root;
  if (signed === undefined || !sameBytes(root, signed)) throw new TamperedTrail(OTHER_ROOT);
}

const OTHER_ROOT =
  'The rows and the tree of the audit trail do not give the root that was signed. No bundle can be made of this trail.';

function checkedLeaf(leaf: CheckedLeaf): { row: StoredLeaf; text: string } {
  const judged = judgeLeaf(leaf);
  if (judged.problem === null) return judged;
  const { index, position } = leaf;
  throw new DifferentRow({ index, position, problem: judged.problem });
}

function count({ range }: BundleSource, index: number, row: StoredLeaf, written: RowsWritten): void {
  written.rows += 1;
  if (index >= range.from && index < range.to) written.inRange += 1;
  for (const pseudonym of pseudonymsIn(row)) written.pseudonyms.add(pseudonym);
  if (row.processDefinitionKey !== null) written.processDefinitionKeys.add(row.processDefinitionKey);
}

function pseudonymsIn({ actor, data }: StoredLeaf): string[] {
  return [actor, storedWorkerIn(data)].flatMap((stored) => {
    const pseudonym = stored === undefined ? undefined : pseudonymIn(stored);
    return pseudonym === undefined ? [] : [pseudonym];
  });
}
