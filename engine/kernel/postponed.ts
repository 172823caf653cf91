/**
 * A step makes so many moves and no more, so that nobody waits long for its commit. What is left is in the journal:
 * tokens stand on their flows, and other moves are named. A step of its own goes on with them after the commit.
 *
 *   too many moves for a step ──▶ moves postponed, due at once ──▶ commit ──▶ continue moves ──▶ moves continued …
 *   too many without a wait state ──▶ moves postponed, not due ──▶ incident ──▶ resolved ──▶ moves continued …
 */
import { ANY_CHANGE } from '../behaviors/conditions.js';
import { raiseIncident } from '../behaviors/incidents.js';
import { releaseMoves } from '../behaviors/suspension.js';
import type { HeldMove } from '../records/operate-events.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { append, isDue, newKey, noteMove, type Move, type Step } from './step-run.js';

/** Engine events after which a step postpones the moves that are left. */
export const STEP_EVENT_LIMIT = 2_500;

/** Characters that its events bring, after which it does so too: a commit takes time by what it writes. */
export const STEP_WEIGHT_LIMIT = 1_000_000;

/**
 * Elements that may complete in steps that go on with each other before the tree gets an incident instead. Nothing
 * moves for ever without completing elements; what only begins, such as many runs side by side, comes to an end.
 */
export const RUN_LIMIT = 150_000;

/** Characters that those steps may write before the same happens: a loop whose value grows fills a disk long before. */
export const RUN_WEIGHT_LIMIT = 256_000_000;

/** Whether a step has made enough moves to postpone this one. A move of something that is gone costs nothing. */
export function mustPostpone(step: Step, move: Move): boolean {
  const isFull = step.events.length >= step.eventLimit || step.weight >= STEP_WEIGHT_LIMIT;
  return isFull && isDue(step, move);
}

/** Postpones the moves on the agenda, and those that were postponed before. */
export function postponeMoves(step: Step, agenda: readonly Move[]): void {
  const root = step.tree.elements.get(step.tree.rootKey);
  if (!root) return;
  const former = step.tree.postponed;
  const total = (former?.total ?? step.movedBefore) + completedIn(step);
  const weight = (former?.weight ?? step.weightBefore) + step.weight;
  const isTooMany = total > RUN_LIMIT;
  // What is being stopped comes to an end, however much it is.
  const isEnding = agenda.some(({ op }) => op === 'terminate');
  const isStopped = !isEnding && (former?.dueAt === null || isTooMany || weight > RUN_WEIGHT_LIMIT);
  const held = [...(former?.held ?? []), ...agenda.flatMap((move) => heldMove(step, move))];
  dropPostponed(step, root);
  const timerKey = newKey(step);
  append(step, root, 'moves postponed', {
    timerKey,
    dueAt: isStopped ? null : step.now,
    total,
    weight,
    held,
  });
  if (!isStopped || root.incident !== null) return;
  const what = isTooMany
    ? `completed ${RUN_LIMIT} elements`
    : `wrote ${RUN_WEIGHT_LIMIT.toLocaleString('en')} characters of values`;
  const message =
    `The instance ${what} without reaching a wait state${lastOf(agenda)}; ` +
    'a loop that waits for nothing is likely. Resolving goes on for as many again.';
  raiseIncident(step, root, { failure: 'UNKNOWN', message }, 'continue');
}

function completedIn(step: Step): number {
  return step.events.filter(({ type }) => type === 'element completed').length;
}

/** Goes on with everything that was postponed: moves by name, and tokens on flows. */
export function continueMoves(step: Step): void {
  const { postponed, elements, rootKey } = step.tree;
  const root = elements.get(rootKey);
  if (root) dropPostponed(step, root);
  releaseMoves(step, postponed?.held ?? []);
  continueTokens(step);
  step.conditionsChanged = true;
  step.changedVariables.add(ANY_CHANGE);
}

/** Lets the tokens go on that stand on flows. */
export function continueTokens(step: Step): void {
  for (const scope of step.tree.elements.values()) {
    for (const [index, count] of scope.tokens ?? []) {
      const flow = scope.definition.model.flows[index];
      for (let token = 0; token < count; token += 1) step.agenda.push({ op: 'arrive', flow, scope });
    }
    noteMove(step, scope);
  }
}

/** Ends the postponement of a tree, where it has one and this is its root: its moves are made now, or it ends. */
export function dropPostponed(step: Step, root: ElementInstance): void {
  const { postponed, rootKey } = step.tree;
  if (postponed && root.key === rootKey) append(step, root, 'moves continued', { timerKey: postponed.key });
}

/** A token on a flow needs nothing: it stands where it is. */
function heldMove(step: Step, move: Move): HeldMove[] {
  if (move.op === 'arrive' || !isDue(step, move)) return [];
  const element = move.op === 'end scope' ? move.scope : move.element;
  return [{ elementKey: element.key, op: move.op }];
}

/** Words for where the instance moved last. */
function lastOf([move]: readonly Move[]): string {
  if (!move) return '';
  if (move.op === 'arrive') return `, last to "${move.flow.target.id}"`;
  return `, last at "${(move.op === 'end scope' ? move.scope : move.element).node.id}"`;
}
