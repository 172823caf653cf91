/**
 * Compensation (BPMN 2.0.2 §10.7, §13.5.5): completed activities are undone, the last one first, each by its own
 * handler. The throwing event waits until all are undone.
 */
import { activateElement, enter, goOn } from '../kernel/lifecycle.js';
import { append, type Step } from '../kernel/step-run.js';
import type { FlowNode } from '../model/process-model.js';
import type { CompensationState, ElementInstance } from '../state/instance-tree.js';
import { setAllLocal } from './variables.js';

/**
 * Begins to undo what completed in a scope: one activity, or all. Says whether there is anything to wait for.
 */
export function triggerCompensation(
  step: Step,
  thrower: ElementInstance,
  scope: ElementInstance,
  activityId: string | undefined,
): boolean {
  const chosen = scope.compensations.filter(
    ({ elementId }) => activityId === undefined || elementId === activityId,
  );
  if (chosen.length === 0) return false;
  append(step, thrower, 'compensation triggered', {
    scopeKey: scope.key,
    compensationKeys: chosen.map(({ key }) => key),
  });
  return undoNext(step, thrower, scope);
}

/** Begins to undo the next activity; false where nothing is left to undo. */
export function undoNext(step: Step, thrower: ElementInstance, scope: ElementInstance): boolean {
  const next = thrower.undoing?.at(-1);
  if (!next) return false;
  const handler = scope.definition.model.elementsById.get(next.handlerId ?? '');
  if (!handler) throw new Error(`The compensation handler ${next.handlerId} is not in its model.`);
  undo(step, thrower, scope, handler, next);
  return true;
}

function undo(
  step: Step,
  thrower: ElementInstance,
  scope: ElementInstance,
  handler: FlowNode,
  compensation: CompensationState,
): void {
  const compensates = { compensationKey: compensation.key, throwerKey: thrower.key };
  const instance = activateElement(step, scope, handler, undefined, { compensates });
  setAllLocal(step, instance, Object.fromEntries(compensation.variables));
  goOn(step, instance);
  const start =
    handler.type === 'eventSubProcess'
      ? handler.children.find(({ type }) => type === 'startEvent')
      : undefined;
  if (start) goOn(step, enter(step, instance, start));
}

/** The scope that a compensation event undoes: its own, or the one around the event sub-process it stands in. */
export function compensatedScope(thrower: ElementInstance): ElementInstance {
  const scope = thrower.scope as ElementInstance;
  const isHandler = scope.undoesFor !== null;
  return scope.node.type === 'eventSubProcess' && !isHandler ? (scope.scope as ElementInstance) : scope;
}
