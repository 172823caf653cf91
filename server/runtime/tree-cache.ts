/** Trees kept between steps, those used last; as many as their weight allows. */
import { hasEnded } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { StoredTree } from '../store/trees.js';

/** Trees in memory by their root's key. */
export interface TreeCache {
  get(rootKey: Key): StoredTree | undefined;
  put(stored: StoredTree): void;
  drop(rootKey: Key): void;
  /** After a commit: forgets ended trees, weighs the touched ones again, and makes room. */
  settle(touched: Iterable<StoredTree>): void;
  size(): number;
}

/** What a tree and an element instance weigh besides the data of their events: measured, about a byte a character. */
const BASE_WEIGHT = 5_000;
const ELEMENT_WEIGHT = 1_500;

/**
 * Trees that are kept whatever they weigh, beside the one used last, while moves of theirs wait for the next step:
 * reading one of 100,000 elements again before each of its hundreds of steps would take minutes.
 */
const KEPT = 2;

/**
 * A cache that holds at most `maxWeight` characters of trees. The weight of a tree is what its journal
 * data weighs since the last snapshot: more than it holds, never much less.
 */
export function createTreeCache(maxWeight: number): TreeCache {
  const entries = new Map<Key, { readonly stored: StoredTree; weight: number }>();
  let total = 0;

  const drop = (rootKey: Key): void => {
    const entry = entries.get(rootKey);
    if (!entry) return;
    total -= entry.weight;
    entries.delete(rootKey);
  };

  const goesOn = (rootKey: Key): boolean => {
    const postponed = entries.get(rootKey)?.stored.tree.postponed;
    return postponed?.dueAt !== undefined && postponed.dueAt !== null;
  };

  return {
    get(rootKey) {
      const entry = entries.get(rootKey);
      if (!entry) return undefined;
      entries.delete(rootKey);
      entries.set(rootKey, entry);
      return entry.stored;
    },
    put(stored) {
      drop(stored.tree.rootKey);
      const weight = weigh(stored);
      entries.set(stored.tree.rootKey, { stored, weight });
      total += weight;
    },
    drop,
    settle(touched) {
      for (const stored of touched) {
        const entry = entries.get(stored.tree.rootKey);
        if (entry?.stored !== stored) continue;
        if (hasEnded(stored.tree)) {
          drop(stored.tree.rootKey);
          continue;
        }
        const weight = weigh(stored);
        total += weight - entry.weight;
        entry.weight = weight;
      }
      const keys = [...entries.keys()];
      const kept = new Set([...keys.filter(goesOn).slice(-KEPT), ...keys.slice(-1)]);
      for (const rootKey of keys) {
        if (total <= maxWeight) return;
        if (!kept.has(rootKey)) drop(rootKey);
      }
    },
    size: () => entries.size,
  };
}

function weigh(stored: StoredTree): number {
  return (
    BASE_WEIGHT + stored.characters + stored.snapshotCharacters + ELEMENT_WEIGHT * stored.tree.elements.size
  );
}
