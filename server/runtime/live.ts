/** Live notices: what a commit changed, for pages that watch. A notice says what to look at, not what it says. */
import type { Key } from '@countersign/engine';

/** One thing that a commit changed. */
export type LiveNotice =
  | {
      readonly kind: 'instance';
      readonly processInstanceKey: Key;
      readonly processDefinitionId: string;
      readonly state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
    }
  | {
      readonly kind: 'task';
      readonly userTaskKey: Key;
      readonly processInstanceKey: Key;
      readonly state: 'CREATED' | 'COMPLETED' | 'CANCELED';
    }
  | {
      readonly kind: 'incident';
      readonly incidentKey: Key;
      readonly processInstanceKey: Key;
      readonly state: 'ACTIVE' | 'RESOLVED';
    }
  | { readonly kind: 'deployment'; readonly deploymentKey: Key };

/** Where to hear of commits. */
export interface Live {
  /** Calls `listener` after each commit that changed something; the answer stops it. A listener must not throw. */
  subscribe(listener: (notices: readonly LiveNotice[]) => void): () => void;
}

/** The live notices of one runtime, and how it sends them. */
export interface LiveSource extends Live {
  send(notices: readonly LiveNotice[]): void;
  /** Whether anybody listens: spares the work of collecting. */
  hasListeners(): boolean;
}

/** A source without listeners yet. */
export function createLive(): LiveSource {
  const listeners = new Set<(notices: readonly LiveNotice[]) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(notices) {
      for (const listener of [...listeners]) listener(notices);
    },
    hasListeners: () => listeners.size > 0,
  };
}
