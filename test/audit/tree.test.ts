/** The tree, its proofs and its tiles against a slow reference written from RFC 6962 section 2.1, and against known hashes. */
import { createHash } from 'node:crypto';
import { fc } from '../support/property.js';
import { describe, expect, it } from 'vitest';
import {
  consistencyRanges,
  createFrontier,
  createTileReader,
  createTileWriter,
  fromHex,
  hashLeaf,
  inclusionRanges,
  subtreesOf,
  toHex,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/engine';
import type { LeafRange, TileWriter } from '@countersign/engine';
import { nodeJournalPort } from '../../server/audit/journal-port.js';

const { sha256 } = nodeJournalPort;

function sha(...parts: readonly Uint8Array[]): Uint8Array {
  const running = createHash('sha256');
  for (const part of parts) running.update(part);
  return running.digest();
}

/** MTH of RFC 6962 2.1 over leaf hashes, word for word. */
function slowRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Uint8Array.of(1), slowRoot(leaves.slice(0, split)), slowRoot(leaves.slice(split)));
}

const LEAVES = Array.from({ length: 700 }, (_, at) => sha(Uint8Array.of(0), Buffer.from(`row ${at}`)));

function proofOf(ranges: readonly LeafRange[]): Uint8Array[] {
  return ranges.map(({ from, to }) => slowRoot(LEAVES.slice(from, to)));
}

function changed(hash: Uint8Array): Uint8Array {
  return Uint8Array.from(hash, (byte, at) => (at === 7 ? byte ^ 1 : byte));
}

describe('the tree', () => {
  // The test data of the first implementation of certificate transparency.
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const known = {
    0: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  };

  it.each(Object.entries(known))('of the known %s leaves has the known root', (size, root) => {
    const tree = createFrontier(sha256);
    for (const input of inputs.slice(0, Number(size))) {
      tree.append(hashLeaf(sha256, fromHex(input) ?? new Uint8Array(0)));
    }
    expect(toHex(tree.root())).toBe(root);
  });

  it('has the root of the reference at every size, and continues from its peaks', () => {
    let tree = createFrontier(sha256);
    for (let size = 0; size <= 300; size += 1) {
      expect(tree.size).toBe(size);
      expect(toHex(tree.root())).toBe(toHex(slowRoot(LEAVES.slice(0, size))));
      if (size % 7 === 0) tree = createFrontier(sha256, tree.peaks());
      tree.append(LEAVES[size]);
    }
  });

  it('has the same root when complete subtrees stand for their leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 8 }), fc.integer({ min: 1, max: 700 }), (cuts, size) => {
        const edges = [...new Set([0, ...cuts.filter((cut) => cut < size), size])].sort((a, b) => a - b);
        const tree = createFrontier(sha256);
        edges.slice(1).forEach((to, at) => {
          for (const { level, index } of subtreesOf(edges[at], to)) {
            tree.append(slowRoot(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level)), level);
          }
        });
        expect(tree.size).toBe(size);
        expect(toHex(tree.root())).toBe(toHex(slowRoot(LEAVES.slice(0, size))));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a subtree where it can not stand', () => {
    const tree = createFrontier(sha256);
    tree.append(LEAVES[0]);
    expect(() => tree.append(LEAVES[1], 1)).toThrow('A subtree of 2 leaves cannot begin at leaf 1.');
  });
});

describe('an inclusion proof', () => {
  it('holds for every leaf of every small tree, and for no other leaf, place, root or cut proof', () => {
    for (let size = 1; size <= 33; size += 1) {
      const root = slowRoot(LEAVES.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const proof = proofOf(inclusionRanges(index, size));
        const holds = (leaf: Uint8Array, at: number, of: number, by: Uint8Array[], to: Uint8Array): boolean =>
          verifyInclusion(sha256, leaf, at, of, by, to);
        expect(holds(LEAVES[index], index, size, proof, root)).toBe(true);
        expect(holds(changed(LEAVES[index]), index, size, proof, root)).toBe(false);
        expect(holds(LEAVES[index], index, size, proof, changed(root))).toBe(false);
        expect(holds(LEAVES[index], index + 1, size, proof, root)).toBe(false);
        expect(holds(LEAVES[index], index, size, [...proof, root], root)).toBe(false);
        if (proof.length === 0) continue;
        expect(holds(LEAVES[index], index, size, proof.slice(0, -1), root)).toBe(false);
        expect(holds(LEAVES[index], index, size, [changed(proof[0]), ...proof.slice(1)], root)).toBe(false);
      }
    }
  });

  it('is refused for a leaf that the tree has not', () => {
    expect(() => inclusionRanges(5, 5)).toThrow('A tree of 5 leaves has no leaf 5.');
  });
});

describe('a consistency proof', () => {
  it('holds between all small trees, and with no other root, size or cut proof', () => {
    for (let second = 1; second <= 33; second += 1) {
      for (let first = 1; first <= second; first += 1) {
        const proof = proofOf(consistencyRanges(first, second));
        const older = { size: first, root: slowRoot(LEAVES.slice(0, first)) };
        const newer = { size: second, root: slowRoot(LEAVES.slice(0, second)) };
        expect(verifyConsistency(sha256, older, newer, proof)).toBe(true);
        expect(verifyConsistency(sha256, { ...older, root: changed(older.root) }, newer, proof)).toBe(false);
        expect(verifyConsistency(sha256, older, { ...newer, root: changed(newer.root) }, proof)).toBe(false);
        expect(verifyConsistency(sha256, older, newer, [...proof, older.root])).toBe(false);
        expect(verifyConsistency(sha256, newer, { ...older, size: first - 1 }, proof)).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(sha256, older, newer, proof.slice(1))).toBe(false);
      }
    }
  });

  it('is asked of an older tree alone', () => {
    expect(() => consistencyRanges(6, 5)).toThrow('A tree of 5 leaves does not continue one of 6.');
  });
});

describe('the tiles', () => {
  const stored = new Map<string, Uint8Array>();
  const save = (tiles: TileWriter): void => {
    for (const { level, index, hashes } of tiles.takeChanged()) stored.set(`${level}/${index}`, hashes);
  };
  const read = (level: number, index: number): Uint8Array | undefined => stored.get(`${level}/${index}`);

  it('give the root at any size, are continued after a restart, and give every range', async () => {
    let tiles = createTileWriter(sha256, 0, read);
    for (let size = 0; size < LEAVES.length; size += 1) {
      if (size % 100 === 56) {
        save(tiles);
        tiles = createTileWriter(sha256, size, read);
      }
      if (size % 50 === 0 || size === 256 || size === 512) {
        expect(toHex(tiles.root())).toBe(toHex(slowRoot(LEAVES.slice(0, size))));
      }
      tiles.append(LEAVES[size]);
    }
    save(tiles);
    expect([...stored].map(([name, { length }]) => `${name}: ${length / 32}`).sort()).toEqual([
      '0/0: 256',
      '0/1: 256',
      '0/2: 188',
      '1/0: 2',
    ]);
    const reader = createTileReader(sha256, (level, index) => Promise.resolve(read(level, index)));
    for (const [from, to] of [
      [0, 700],
      [0, 1],
      [3, 700],
      [255, 257],
      [256, 512],
      [0, 512],
      [511, 699],
    ]) {
      expect(toHex(await reader.range(from, to))).toBe(rangeRoot(from, to));
    }
    await expect(reader.subtree(0, 700)).rejects.toThrow('tile 2 of level 0 is missing or short');
  });

  it('are not continued without their right edge', () => {
    expect(() => createTileWriter(sha256, 3, () => undefined)).toThrow(
      'its tile 0 of level 0 is missing or short',
    );
  });
});

/** The fold of the largest complete subtrees of a range; of a range from 0 it is the tree's root. */
function rangeRoot(from: number, to: number): string {
  const hashes = subtreesOf(from, to).map(({ level, index }) =>
    slowRoot(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level)),
  );
  const last = hashes.pop() ?? sha();
  return toHex(hashes.reduceRight((right, left) => sha(Uint8Array.of(1), left, right), last));
}
