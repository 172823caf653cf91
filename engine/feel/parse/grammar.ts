/**
 * The part of the grammar's package that is used, with its types: lezer's own packages are its dependencies, not ours.
 */
import { parser, trackVariables } from 'lezer-feel';

/** A node of the grammar's tree, as far as it is used here. */
export interface TreeNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly firstChild: TreeNode | null;
  readonly nextSibling: TreeNode | null;
}

/** What the grammar asks at each word; `lezer-feel` and `name-tracker.ts` each make one. */
export interface NameTracker {
  readonly start: unknown;
}

/** A parse under way. `advance` takes a step and gives the tree with the last one. */
interface GrammarRun {
  advance(): { readonly topNode: TreeNode } | null;
  bigReductionCount: number;
}

interface Grammar {
  configure(options: { top: string; dialect: string; contextTracker: NameTracker }): Grammar;
  startParse(source: string): GrammarRun;
  readonly nodeSet: { readonly types: readonly { readonly id: number; readonly name: string }[] };
}

/** The FEEL grammar. */
export const grammar = parser as unknown as Grammar;

/** The grammar's own tracker, which follows the values of the text. */
export const followingTracker = trackVariables as unknown as (names: object) => NameTracker;

/**
 * Parses a text. The parser gives up on some 250 operators in a row, which it takes for a runaway; its count is set back
 * after each step, since the length and the nesting of expressions are bounded by limits of our own.
 */
export function parseWith(configured: Grammar, source: string): TreeNode {
  const run = configured.startParse(source);
  for (;;) {
    const tree = run.advance();
    if (tree !== null) return tree.topNode;
    run.bigReductionCount = 0;
  }
}
