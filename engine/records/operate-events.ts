/** Engine events of what operators do to an instance. What follows from them is in events of its own. */
import type { Key } from '../model/keys.js';

/** What of a tree waits outside of it: not given to workers, due or correlated while the tree is suspended. */
export interface OutsideWaits {
  readonly jobKeys: readonly Key[];
  readonly timerKeys: readonly Key[];
  /** Message subscriptions. */
  readonly subscriptionKeys: readonly Key[];
}

/** A move of the kernel that can be held at an element instance. */
export type HeldOperation = 'activate' | 'begin' | 'complete' | 'resume' | 'end scope' | 'terminate';

/** A move that is made later, at an element instance. */
export interface HeldMove {
  readonly elementKey: Key;
  readonly op: HeldOperation;
}

/** The data of each event; the element of all but `move held` is the process. */
export interface OperateEventData {
  /** An operator changed where tokens are: ids of the elements that were meant. */
  'instance modified': {
    readonly activated: readonly string[];
    readonly moved: readonly { readonly from: string; readonly to: string }[];
    readonly terminated: readonly string[];
  };
  /** A root instance and everything it called stands still. */
  'instance suspended': OutsideWaits;
  /** It goes on. The lists name everything that was kept back, also what is over by now. */
  'instance resumed': OutsideWaits;
  /** The element instance would have moved; it will when the tree is resumed. */
  'move held': { readonly op: HeldOperation };
  /**
   * The step made so many moves that the rest has to wait for steps of their own. `dueAt`: when they go on; null where
   * an incident stops them. `total`: elements that completed so far without a wait state; `weight`: characters of values
   * that were written so far. `held`: moves that are left besides those of tokens, which stand on their flows.
   */
  'moves postponed': {
    readonly timerKey: Key;
    readonly dueAt: number | null;
    readonly total: number;
    readonly weight?: number;
    readonly held: readonly HeldMove[];
  };
  /** What was postponed goes on, or is gone. */
  'moves continued': { readonly timerKey: Key };
  /**
   * Contents of the tree's rows were erased. It changes nothing, and still counts in the tree's revision: whoever has
   * the tree in memory as it was before has to read it again.
   */
  'contents erased': { readonly erasureKey: Key };
  /** It goes on in another version. Whatever is not named keeps what it has. */
  'instance migrated': {
    readonly formerDefinitionKey: Key;
    readonly targetProcessDefinitionKey: Key;
    /** Every active element instance but the process, scopes first, with its element in the target version. */
    readonly elements: readonly { readonly key: Key; readonly elementId: string }[];
    /** Tokens that wait: the flow they are on, and the one of the target version. */
    readonly flows: readonly { readonly scopeKey: Key; readonly from: string; readonly to: string }[];
    /** Timers and subscriptions that stay open, with the event they trigger now. */
    readonly subscriptions: readonly {
      readonly kind: 'timer' | 'message' | 'signal' | 'condition';
      readonly key: Key;
      readonly targetId: string;
    }[];
    /** Jobs, user tasks and incidents, with their element in the target version. */
    readonly waits: readonly {
      readonly kind: 'job' | 'user task' | 'incident';
      readonly key: Key;
      readonly elementId: string;
    }[];
    /** New ids of elements that completed and can be undone, of what undoes them, and of interrupting events. */
    readonly ids: Readonly<Record<string, string>>;
  };
}
