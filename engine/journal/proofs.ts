/**
 * Inclusion and consistency proofs of RFC 9162 sections 2.1.3 and 2.1.4 (RFC 6962 2.1.1 and 2.1.2): which
 * hashes they are made of, as ranges of leaves, and how they are verified.
 */
import { sameBytes } from './bytes.js';
import type { Sha256 } from './port.js';
import { hashNode } from './tree.js';

/** Leaves from `from` up to `to` without it; an element of a proof is the root over such a range. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The largest power of two below `count`, for a count above one. */
function split(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The ranges whose roots prove that leaf `index` is in a tree of `size` leaves, in the order of the proof. Throws where there is no such leaf. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  const path = (from: number, to: number): LeafRange[] => {
    if (to - from === 1) return [];
    const middle = from + split(to - from);
    return index < middle
      ? [...path(from, middle), { from: middle, to }]
      : [...path(middle, to), { from, to: middle }];
  };
  return path(0, size);
}

/** The ranges whose roots prove that a tree of `second` leaves continues one of `first`. Throws where it can't: 0 < first ≤ second. */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  if (!(first > 0 && first <= second)) {
    throw new RangeError(`A tree of ${second} leaves does not continue one of ${first}.`);
  }
  const path = (from: number, to: number, complete: boolean): LeafRange[] => {
    if (to === first) return complete ? [] : [{ from, to }];
    const middle = from + split(to - from);
    return first <= middle
      ? [...path(from, middle, complete), { from: middle, to }]
      : [...path(middle, to, false), { from, to: middle }];
  };
  return path(0, second, true);
}

/** Whether `proof` shows that the leaf hash stands at `index` in the tree of `size` leaves with this root (RFC 9162 2.1.3.2). */
export function verifyInclusion(
  sha256: Sha256,
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = hashNode(sha256, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = hashNode(sha256, hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(hash, root);
}

/** A tree by its size and root hash. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether `proof` shows that the second tree is the first one with leaves appended (RFC 9162 2.1.4.2). Every tree continues the empty one. */
export function verifyConsistency(
  sha256: Sha256,
  first: TreeHead,
  second: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && sameBytes(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && sameBytes(first.root, sha256(new Uint8Array(0)));
  const isPowerOfTwo = first.size === 1 || split(first.size) * 2 === first.size;
  const path = isPowerOfTwo ? [first.root, ...proof] : proof;
  if (path.length === 0) return false;
  let node = first.size - 1;
  let last = second.size - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let old = path[0];
  let grown = path[0];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = hashNode(sha256, sibling, old);
      grown = hashNode(sha256, sibling, grown);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      grown = hashNode(sha256, grown, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(old, first.root) && sameBytes(grown, second.root);
}
