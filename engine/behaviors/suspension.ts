/**
 * Suspension: nothing moves in a suspended tree. Workers, people and signals may still finish what they had in hand;
 * what would follow is held, move by move, and made when the tree is resumed.
 */
import { append, isDue, type Step } from '../kernel/step-run.js';
import type { EventData } from '../records/engine-events.js';
import type { HeldMove } from '../records/operate-events.js';
import type { InstanceTree } from '../state/instance-tree.js';

/** What of a tree waits outside of it and must not come back while it is suspended. */
export function outsideWaits(tree: InstanceTree): EventData['instance suspended'] {
  const subscriptions = [...tree.subscriptions.values()];
  return {
    jobKeys: [...tree.jobs.keys()],
    timerKeys: [
      ...subscriptions.filter(({ kind }) => kind === 'timer').map(({ key }) => key),
      ...(tree.postponed && tree.postponed.dueAt !== null ? [tree.postponed.key] : []),
    ],
    subscriptionKeys: subscriptions.filter(({ kind }) => kind === 'message').map(({ key }) => key),
  };
}

/** Holds the moves of a step instead of making them. A token on a flow needs nothing: it stands where it is. */
export function holdMoves(step: Step): void {
  for (const move of step.agenda) {
    if (move.op === 'arrive') continue;
    const element = move.op === 'end scope' ? move.scope : move.element;
    const held = step.tree.suspension?.held ?? [];
    const isHeld = held.some(({ elementKey, op }) => elementKey === element.key && op === move.op);
    if (isDue(step, move) && !isHeld) append(step, element, 'move held', { op: move.op });
  }
  step.agenda.length = 0;
}

/** Puts held moves on the agenda again. */
export function releaseMoves(step: Step, held: readonly HeldMove[]): void {
  for (const { elementKey, op } of held) {
    const element = step.tree.elements.get(elementKey);
    if (!element) continue;
    if (op === 'end scope') step.agenda.push({ op, scope: element });
    else step.agenda.push({ op, element });
  }
}

/** The mark of what is created while its tree is suspended: it is not to be given out yet. */
export function heldMark(step: Step): { readonly held?: true } {
  return step.tree.suspension ? { held: true } : {};
}
