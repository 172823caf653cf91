/** Engine events of what operators do to an instance. What follows from them is in events of its own. */

/** The data of each event; the element of all of them is the process. */
export interface OperateEventData {
  /** An operator changed where tokens are: ids of the elements that were meant. */
  'instance modified': {
    readonly activated: readonly string[];
    readonly moved: readonly { readonly from: string; readonly to: string }[];
    readonly terminated: readonly string[];
  };
}
