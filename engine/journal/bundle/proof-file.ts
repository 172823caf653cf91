/**
 * `proof.txt`: the whole tree from its first leaf to its last, as complete subtrees from left to right. Of some
 * the rows are shown, of the others the hash stands alone:
 *
 *     countersign proof v1
 *     rows 4 <hash>      the next 16 lines of rows.jsonl are the leaves of a subtree with this root
 *     gap 10 <hash>      1,024 leaves whose rows the bundle leaves out
 *
 * Appended one after another they give the root of the tree, so nothing can hide between them. A root of a
 * shown subtree is given so that a reader is told where a row was changed.
 */
import { fromHex, toHex } from '../bytes.js';

/** The first line of the file. */
export const PROOF_TITLE = 'countersign proof v1';

/** The most rows a shown subtree has, as a level: 2^4 = 16. A failure is told as exactly as this. */
export const SHOWN_LEVEL = 4;

/** Higher levels of shown subtrees are refused by a reader, because it holds their hashes in memory. */
export const HIGHEST_SHOWN_LEVEL = 12;

const HIGHEST_LEVEL = 52;

/** A line of the file: a complete subtree, shown or not. */
export interface ProofPart {
  readonly isShown: boolean;
  readonly level: number;
  readonly hash: Uint8Array;
}

/** The line of a part, with its line break. */
export function formatProofPart({ isShown, level, hash }: ProofPart): string {
  return `${isShown ? 'rows' : 'gap'} ${level} ${toHex(hash)}\n`;
}

/** The part that a line is; undefined where it is none. */
export function parseProofPart(line: string): ProofPart | undefined {
  const parts = /^(rows|gap) (0|[1-9][0-9]?) ([0-9a-f]{64})$/.exec(line);
  const hash = parts === null ? undefined : fromHex(parts[3]);
  if (parts === null || hash === undefined) return undefined;
  const isShown = parts[1] === 'rows';
  const level = Number(parts[2]);
  return level <= (isShown ? HIGHEST_SHOWN_LEVEL : HIGHEST_LEVEL) ? { isShown, level, hash } : undefined;
}
