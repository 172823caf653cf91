/** What the grammar takes and nobody means: refused, because it would give a wrong value without a word. */
import type { TreeNode } from './grammar.js';

/** Thrown at such a place within this folder; becomes a problem. */
export class Misreading extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/** `not x` reads as a name of two words. Throws where a name that isn't known begins so. */
export function refuseNot(text: string, at: number): void {
  const match = /^not\s+/.exec(text);
  if (match !== null) throw new Misreading(at + match[0].length, '(');
}

/** `a == b` reads as the comparison of a with a test, and so does a text that begins with `=`. Throws at such a test. */
export function refuseTest(tree: TreeNode): void {
  if (tree.name === 'SimplePositiveUnaryTest' && tree.firstChild?.name === 'CompareOp') {
    throw new Misreading(tree.from, 'an expression');
  }
}
