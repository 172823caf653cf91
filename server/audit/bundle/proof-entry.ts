/**
 * The lines of `proof.txt` while leaves go by: complete subtrees from left to right, those of shown rows apart from those
 * that stand as hashes. All are made of the leaves themselves where these go by, so that the root in the end says whether
 * they are what was signed.
 */
import { SHOWN_LEVEL, createFrontier, formatProofPart, hashNode, subtreesOf } from '@countersign/engine';
import type { Frontier } from '@countersign/engine';
import { nodeJournalPort } from '../journal-port.js';

/** Writes the proof of one bundle. */
export interface ProofWriter {
  /** Takes the next leaf; answers the lines that are certain now, which may be none. */
  add(leaf: Uint8Array, isShown: boolean): string;
  /** Takes leaves up to `index`, without it, by the roots of their subtrees; answers the lines. */
  skipTo(index: number, subtree: (level: number, index: number) => Promise<Uint8Array>): Promise<string>;
  /** The last lines, and the root over everything taken. */
  end(): { readonly lines: string; readonly root: Uint8Array };
}

interface Part {
  readonly level: number;
  readonly hash: Uint8Array;
}

/** `boundaries` are the sizes of trees whose roots have to be told: no subtree goes across one. */
export function createProofWriter(boundaries: readonly number[]): ProofWriter {
  const { sha256 } = nodeJournalPort;
  const edges = new Set(boundaries);
  const tree: Frontier = createFrontier(sha256);
  /** The subtrees of the present run, which has leaves of one kind; it begins at `from`. */
  let run: Part[] = [];
  let isRunShown = false;
  let from = 0;

  const endRun = (): string => {
    const text = run.map((part) => formatProofPart({ isShown: isRunShown, ...part })).join('');
    run = [];
    from = tree.size;
    return text;
  };
  /** Two neighbours of one level are one of the next, where both belong to the run. */
  const merge = (): void => {
    for (;;) {
      const left = run.at(-2);
      const right = run.at(-1);
      if (!left || !right || left.level !== right.level) return;
      if (isRunShown && left.level === SHOWN_LEVEL) return;
      const width = 2 ** (left.level + 1);
      if (tree.size % width !== 0 || tree.size - width < from) return;
      run.splice(-2, 2, { level: left.level + 1, hash: hashNode(sha256, left.hash, right.hash) });
    }
  };

  return {
    add(leaf, isShown) {
      const lines = isShown !== isRunShown || edges.has(tree.size) ? endRun() : '';
      isRunShown = isShown;
      tree.append(leaf);
      run.push({ level: 0, hash: leaf });
      merge();
      // Whole parts of shown rows grow no further.
      return isShown && tree.size % 2 ** SHOWN_LEVEL === 0 ? lines + endRun() : lines;
    },
    async skipTo(index, subtree) {
      if (index === tree.size) return '';
      let lines = endRun();
      isRunShown = false;
      const inside = [...edges].filter((edge) => edge > tree.size && edge < index);
      const stops = [...inside.sort((one, other) => one - other), index];
      for (const stop of stops) {
        for (const { level, index: at } of subtreesOf(tree.size, stop)) {
          const hash = await subtree(level, at);
          tree.append(hash, level);
          lines += formatProofPart({ isShown: false, level, hash });
        }
      }
      from = tree.size;
      return lines;
    },
    end: () => ({ lines: endRun(), root: tree.root() }),
  };
}
