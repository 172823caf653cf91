/** Appliers of suspension and postponement: the tree remembers the moves that are made later. */
import type { EventOf } from '../records/engine-events.js';
import type { InstanceTree } from '../state/instance-tree.js';
import { MissingState } from './access.js';

/** Nothing moves any more. */
export function instanceSuspended(tree: InstanceTree, event: EventOf<'instance suspended'>): void {
  tree.suspension = { waits: event.data, held: [] };
}

/** Everything may move again. */
export function instanceResumed(tree: InstanceTree): void {
  tree.suspension = null;
}

/** A move waits until the tree is resumed. */
export function moveHeld(tree: InstanceTree, event: EventOf<'move held'>): void {
  if (!tree.suspension) throw new MissingState(event, 'its tree to be suspended');
  tree.suspension.held.push({ elementKey: event.elementInstanceKey, op: event.data.op });
}

/** Moves are left to a later step. */
export function movesPostponed(tree: InstanceTree, { data }: EventOf<'moves postponed'>): void {
  const { timerKey: key, dueAt, total, weight = 0, held } = data;
  tree.postponed = { key, dueAt, total, weight, held };
}

/** Nothing is left to a later step. */
export function movesContinued(tree: InstanceTree): void {
  tree.postponed = null;
}
