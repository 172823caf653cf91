/** What blocks grow: parts of a scope with one way in and one way out, and how they are put together. */
import type { FlowSource, NodeSource } from '../support/bpmn-xml.js';
import type { RandomSource } from '../support/random-source.js';

/** A part of a scope with one way in (`first`) and one way out (`last`). */
export interface Fragment {
  readonly nodes: readonly NodeSource[];
  readonly flows: readonly FlowSource[];
  readonly first: string;
  readonly last: string;
}

/** What a block grows with. */
export interface Grower {
  readonly random: RandomSource;
  /**
   * Whether what grows must come to its end whatever happens: no path that a join waits for is lost, and none brings
   * a token too many. Otherwise an instance may be stuck at a join, as it would be by the standard.
   */
  readonly sound: boolean;
  /** An id that is used nowhere else in the file. */
  id(prefix: string): string;
  /** A sequence of blocks, smaller than what it is inside of. */
  inside(): Fragment;
  /** A process of its own, to be called; gives its id. */
  process(): string;
  /** One of these that was not given before for this purpose; null where all were. */
  once<T extends string>(purpose: string, from: readonly T[]): T | null;
  /** Something beside the processes in the file: a message, an error. */
  root(xml: string): void;
}

/** How one kind of block grows; `share` is how often it is chosen, compared with the others. */
export interface Block {
  readonly share: number;
  grow(grower: Grower): Fragment;
}

/** Two fragments in a row. */
export function join(before: Fragment, after: Fragment): Fragment {
  return {
    nodes: [...before.nodes, ...after.nodes],
    flows: [...before.flows, { from: before.last, to: after.first }, ...after.flows],
    first: before.first,
    last: after.last,
  };
}

/** A fragment of one flow node. */
export function single(node: NodeSource): Fragment {
  return { nodes: [node], flows: [], first: node.id, last: node.id };
}
