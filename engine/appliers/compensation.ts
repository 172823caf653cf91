/** Appliers of compensation: what can be undone is remembered by scope, and handed to the event that undoes it. */
import type { Key } from '../model/keys.js';
import type { EventOf } from '../records/engine-events.js';
import type { CompensationState, ElementInstance, InstanceTree } from '../state/instance-tree.js';
import { elementOf, MissingState } from './access.js';

/** A completed activity can be undone: its scope remembers it. */
export function compensationRecorded(tree: InstanceTree, event: EventOf<'compensation recorded'>): void {
  const element = elementOf(tree, event);
  const { compensationKey: key, handlerId } = event.data;
  const variables = [...(element.variables ?? [])].map(([name, { value }]) => [name, value] as const);
  const { elementId } = event;
  element.scope?.compensations.push({ key, elementId, handlerId, inside: element.compensations, variables });
}

/** A throwing event takes over what its scope can undo. */
export function compensationTriggered(tree: InstanceTree, event: EventOf<'compensation triggered'>): void {
  const thrower = elementOf(tree, event);
  const scope = tree.elements.get(event.data.scopeKey);
  if (!scope) throw new MissingState(event, 'the scope it compensates');
  const keys = new Set<Key>(event.data.compensationKeys);
  thrower.undoing = scope.compensations.filter(({ key }) => keys.has(key)).flatMap(unfold);
  scope.compensations = scope.compensations.filter(({ key }) => !keys.has(key));
}

/** Takes the next compensation from its thrower: the one that undoes it begins with what it needs to know. */
export function beginUndoing(tree: InstanceTree, handler: ElementInstance, throwerKey: Key): void {
  const next = tree.elements.get(throwerKey)?.undoing?.pop();
  if (!next) return;
  handler.compensations = [...next.inside];
}

/**
 * An activity without a handler of its own is undone by undoing what is inside it, each with the variables of the
 * scope as they were when it completed (BPMN 2.0.2 §10.7.1): a run of a multi-instance activity knows its item.
 */
function unfold(compensation: CompensationState): CompensationState[] {
  const { handlerId, inside, variables } = compensation;
  if (handlerId !== null) return [compensation];
  return inside.flatMap(unfold).map((inner) => ({ ...inner, variables: [...variables, ...inner.variables] }));
}
