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
export type HeldOperation = 'activate' | 'begin' | 'complete' | 'resume' | 'end scope';

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
}
