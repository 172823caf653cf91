/**
 * The Merkle tree of RFC 6962 section 2.1 (the same as RFC 9162's), grown from its right edge alone: the
 * roots of the complete subtrees that its size falls apart into. Appending costs one hash on average.
 *
 * A subtree of level k has 2^k leaves. Complete subtrees are named by level and index: subtree (k, i)
 * covers the leaves from i·2^k to (i+1)·2^k.
 */
import type { Sha256 } from './port.js';

/** The root of a complete subtree at the tree's right edge. */
export interface Peak {
  readonly level: number;
  readonly hash: Uint8Array;
}

/** The right edge of a growing tree. */
export interface Frontier {
  /** How many leaves the tree has. */
  readonly size: number;
  /**
   * Adds a leaf hash, or with a level the root of a complete subtree. Throws where the tree's size is
   * no multiple of the subtree's: it could not stand there.
   */
  append(hash: Uint8Array, level?: number): void;
  /** The root hash; of an empty tree the SHA-256 of nothing. */
  root(): Uint8Array;
  /** What the tree can be continued from. */
  peaks(): readonly Peak[];
}

/** Both hashes of a node behind its prefix: one piece of memory for all, because a proof asks for millions. */
const node = Uint8Array.of(1, ...new Uint8Array(64));

/** The hash of an inner node: SHA-256 of 0x01, the left and the right hash. */
export function hashNode(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}

/** The root of a complete subtree by its leaf hashes, whose number is a power of two. */
export function subtreeRoot(sha256: Sha256, leaves: readonly Uint8Array[]): Uint8Array {
  let row = leaves;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < row.length; at += 2) above.push(hashNode(sha256, row[at], row[at + 1]));
    row = above;
  }
  return row[0];
}

/** An empty tree, or with `peaks` the one they were taken from. */
export function createFrontier(sha256: Sha256, peaks: readonly Peak[] = []): Frontier {
  const stack: Peak[] = [];
  let size = 0;
  const append = (hash: Uint8Array, level = 0): void => {
    if (size % 2 ** level !== 0) {
      throw new RangeError(`A subtree of ${2 ** level} leaves cannot begin at leaf ${size}.`);
    }
    size += 2 ** level;
    let top: Peak = { level, hash };
    for (let left = stack.at(-1); left?.level === top.level; left = stack.at(-1)) {
      stack.pop();
      top = { level: top.level + 1, hash: hashNode(sha256, left.hash, top.hash) };
    }
    stack.push(top);
  };
  for (const { hash, level } of peaks) append(hash, level);

  return {
    get size() {
      return size;
    },
    append,
    root: () => foldPeaks(sha256, stack),
    peaks: () => [...stack],
  };
}

/** The root over neighbouring complete subtrees, from left to right of falling level. */
export function foldPeaks(sha256: Sha256, peaks: readonly Peak[]): Uint8Array {
  const last = peaks.at(-1);
  if (last === undefined) return sha256(new Uint8Array(0));
  return peaks.slice(0, -1).reduceRight((right, { hash }) => hashNode(sha256, hash, right), last.hash);
}

/** A complete subtree by its place. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The largest complete subtrees, from left to right, that cover the leaves from `from` up to `to` without it. */
export function subtreesOf(from: number, to: number, highest = 52): Subtree[] {
  const found: Subtree[] = [];
  let at = from;
  while (at < to) {
    let level = 0;
    while (level < highest && at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    found.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return found;
}
