/** The rows of a bundle with the tree's hashes between them: what `rows.jsonl` and `proof.txt` are written from, in one pass. */
import {
  PROOF_TITLE,
  SHOWN_LEVEL,
  createFrontier,
  formatProofPart,
  leafOf,
  sameBytes,
  subtreesOf,
} from '@countersign/engine';
import type { StoredLeaf } from '@countersign/engine';
import { nodeJournalPort } from '../journal-port.js';
import { TamperedRow } from './source.js';
import type { BundleSource, ShownLeaf } from './source.js';

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
 * The lines of the rows, some at a time; the lines of the proof go to `proof` as they are known. Throws TamperedRow
 * where a row is not the one that the tree has.
 */
export async function* writeRows(
  source: BundleSource,
  written: RowsWritten,
  proof: (lines: string) => Promise<void> | void,
): AsyncGenerator<string> {
  const boundaries = [...source.earlier.map(({ size }) => size), source.checkpoint.size];
  await proof(`${PROOF_TITLE}\n`);
  /** Leaf hashes of the present run of shown rows, which begins at `from`. */
  let run: Uint8Array[] = [];
  let from = 0;
  const endRun = (): string => {
    const text = shownParts(from, run, boundaries);
    from += run.length;
    run = [];
    return text;
  };

  for await (const leaves of source.shown()) {
    let rows = '';
    for (const leaf of leaves) {
      if (leaf.index !== from + run.length) {
        await proof(endRun() + (await gapParts(source, from, leaf.index, boundaries)));
        from = leaf.index;
      }
      const { text, hash } = checkedLeaf(leaf);
      rows += `${text}\n`;
      run.push(hash);
      if ((from + run.length) % 2 ** SHOWN_LEVEL === 0) await proof(endRun());
      note(source, leaf, written);
    }
    yield rows;
  }
  await proof(endRun() + (await gapParts(source, from, source.checkpoint.size, boundaries)));
}

function checkedLeaf({ position, row, recorded }: ShownLeaf): { text: string; hash: Uint8Array } {
  if (row === undefined)
    throw new TamperedRow(position, 'was removed from the database after it was recorded');
  const leaf = leafOf(nodeJournalPort, row);
  if (!sameBytes(leaf.hash, recorded)) {
    throw new TamperedRow(position, 'was changed in the database after it was recorded');
  }
  return leaf;
}

function note({ range }: BundleSource, { index, row }: ShownLeaf, written: RowsWritten): void {
  written.rows += 1;
  if (index >= range.from && index < range.to) written.inRange += 1;
  if (row === undefined) return;
  for (const pseudonym of pseudonymsIn(row)) written.pseudonyms.add(pseudonym);
  if (row.processDefinitionKey !== null) written.processDefinitionKeys.add(row.processDefinitionKey);
}

const PSEUDONYM = /^(?:user|worker):(p-[0-9a-f]{32})$/;

function pseudonymsIn({ actor }: StoredLeaf): string[] {
  const found = PSEUDONYM.exec(actor);
  return found === null ? [] : [found[1]];
}

/** The proof's lines of shown rows from `from`, cut at every boundary. */
function shownParts(from: number, leaves: readonly Uint8Array[], boundaries: readonly number[]): string {
  let text = '';
  for (const { level, index } of cut(from, from + leaves.length, boundaries, SHOWN_LEVEL)) {
    const part = createFrontier(nodeJournalPort.sha256);
    const first = index * 2 ** level - from;
    for (const leaf of leaves.slice(first, first + 2 ** level)) part.append(leaf);
    text += formatProofPart({ isShown: true, level, hash: part.root() });
  }
  return text;
}

/** The proof's lines of leaves that are not shown. */
async function gapParts(
  source: BundleSource,
  from: number,
  to: number,
  boundaries: readonly number[],
): Promise<string> {
  let text = '';
  for (const { level, index } of cut(from, to, boundaries)) {
    text += formatProofPart({ isShown: false, level, hash: await source.subtree(level, index) });
  }
  return text;
}

/** The complete subtrees of a range, none across a boundary: the root at a boundary can then be told. */
function cut(
  from: number,
  to: number,
  boundaries: readonly number[],
  highest?: number,
): ReturnType<typeof subtreesOf> {
  const edges = [from, ...boundaries.filter((size) => size > from && size < to), to];
  return edges.slice(1).flatMap((edge, at) => subtreesOf(edges[at], edge, highest));
}
