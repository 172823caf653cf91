/** Work that one node does at a time, by a lease with a fencing token. */
import type { Nodes } from '../store/nodes.js';
import { Unavailable } from './errors.js';

/** One node's hold on a piece of work. */
export interface Lease {
  /**
   * Asks for the lease, or keeps it: `none` where another node has it, `taken` where another may have worked
   * since this one last did, `kept` otherwise.
   */
  take(): Promise<'kept' | 'taken' | 'none'>;
  /** Gives it up: this node cannot do the work now, another one may. Never fails; a lease that is not kept runs out. */
  giveUp(): Promise<void>;
  /** In the batch that writes the work: throws `Unavailable` where another node has taken over. */
  guard(): void;
}

/** Milliseconds that a lease lasts without being kept. */
const LASTS = 10_000;

/** The lease of that name, for this node. */
export function createLease(nodes: Nodes, name: string): Lease {
  let held: number | null = null;
  return {
    async take() {
      const before = held;
      held = await nodes.takeLease(name, LASTS);
      if (held === null) return 'none';
      return held === before ? 'kept' : 'taken';
    },
    async giveUp() {
      if (held === null) return;
      held = null;
      await nodes.giveLease(name).catch(() => undefined);
    },
    guard() {
      if (held !== null && nodes.holdsLease(name, held)) return;
      held = null;
      throw new Unavailable(`Another node has taken over the ${name}`, LASTS);
    },
  };
}
