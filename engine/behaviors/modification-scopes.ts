/** Where an operator can begin an element: which scope takes it, and which scopes have to begin around it first. */
import type { FlowNode } from '../model/process-model.js';
import type { Rejection } from '../records/rejections.js';
import { isBeingStopped, type ElementInstance, type InstanceTree } from '../state/instance-tree.js';

/** The place of an element that is to begin: the innermost scope that is active, and those still missing inside it. */
export interface Placement {
  readonly target: FlowNode;
  readonly base: ElementInstance;
  readonly missing: readonly FlowNode[];
}

/** The containers around an element, the process first. */
export function scopesAround(node: FlowNode): FlowNode[] {
  const scopes: FlowNode[] = [];
  for (let scope = node.scope; scope; scope = scope.scope) scopes.unshift(scope);
  return scopes;
}

/** The active element instances of an element in a process instance, oldest first. */
export function instancesOf(
  tree: InstanceTree,
  instance: ElementInstance,
  which: (node: FlowNode) => boolean,
): ElementInstance[] {
  return [...tree.elements.values()].filter(
    (element) =>
      element.processInstanceKey === instance.key && !isBeingStopped(element) && which(element.node),
  );
}

/** The element with this id, if an operator may begin it. */
export function findTarget(instance: ElementInstance, elementId: string): FlowNode | Rejection {
  const target = instance.definition.model.elementsById.get(elementId);
  if (!target) return refuse(`The process "${instance.node.id}" has no element "${elementId}".`);
  const why = whyNotBegun(target);
  return why === undefined ? target : refuse(`"${elementId}" cannot be activated: ${why}`);
}

function whyNotBegun(target: FlowNode): string | undefined {
  if (target.isForCompensation) return 'it only undoes another activity.';
  switch (target.type) {
    case 'process':
      return 'it is the process itself. Create an instance instead.';
    case 'startEvent':
      return 'it is a start event. Activate what follows it.';
    case 'boundaryEvent':
      return 'it is a boundary event. Activate what follows it.';
    case 'eventSubProcess':
      return 'an event sub-process begins by its event. Activate an element inside it.';
    case 'adHocSubProcessInnerInstance':
      return 'it begins with the elements of its ad-hoc sub-process.';
    default:
      return undefined;
  }
}

/** Whether a scope counts an element instance no more: it is being stopped, and nothing begins once it is gone. */
export function isOnItsWayOut(element: ElementInstance): boolean {
  return isBeingStopped(element) && element.interruption === null;
}

/** The place of a target. `ancestor` names a scope around it; undefined takes the only one there is. */
export function findPlacement(
  tree: InstanceTree,
  instance: ElementInstance,
  target: FlowNode,
  ancestor: ElementInstance | undefined,
): Placement | Rejection {
  const scopes = scopesAround(target);
  const named = ancestor ? scopes.indexOf(ancestor.node) : 0;
  if (ancestor && (named < 0 || ancestor.processInstanceKey !== instance.key)) {
    return refuse(
      `The element instance ${ancestor.key} is of "${ancestor.node.id}", no scope around "${target.id}".`,
    );
  }
  let base = ancestor ?? instance;
  let depth = named + 1;
  for (; !ancestor && depth < scopes.length; depth += 1) {
    const found = instancesOf(tree, instance, (node) => node === scopes[depth]);
    if (found.length > 1) {
      return refuse(
        `"${target.id}" can begin in any of ${found.length} instances of "${scopes[depth]?.id}"; name one of them as its ancestor.`,
      );
    }
    if (!found[0]) break;
    base = found[0];
  }
  const missing = scopes.slice(depth);
  const problem = missing.map(whyNotMade).find((why) => why !== undefined);
  return problem === undefined
    ? { target, base, missing }
    : refuse(`"${target.id}" cannot be activated: ${problem}`);
}

function whyNotMade(scope: FlowNode): string | undefined {
  const { id, type } = scope;
  if (type === 'multiInstanceBody' || scope.scope?.inner === scope) {
    const isAdHoc = type === 'adHocSubProcessInnerInstance';
    const what = isAdHoc ? 'ad-hoc sub-process' : 'activity that runs several times';
    const name = isAdHoc ? scope.scope?.id : id;
    return `it is inside the ${what} "${name}", which begins what is inside it. Activate "${name}" itself.`;
  }
  if (type === 'adHocSubProcess')
    return `it is inside the ad-hoc sub-process "${id}". Activate "${id}" itself.`;
  return scope.isForCompensation || isUndoing(scope) ? `"${id}" only undoes another activity.` : undefined;
}

function isUndoing({ type, children }: FlowNode): boolean {
  return type === 'eventSubProcess' && children.some(({ event }) => event.kind === 'compensation');
}

/** A refusal of what was asked for. */
export function refuse(reason: string): Rejection {
  return { type: 'INVALID_ARGUMENT', reason };
}

/** Whether an outcome is a refusal. */
export function isRefused(outcome: object): outcome is Rejection {
  return 'reason' in outcome;
}
