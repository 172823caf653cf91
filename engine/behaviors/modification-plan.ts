/**
 * What a modification will begin and end, found and checked before anything is done. A plan changes nothing; one that
 * could not be carried out is a refusal that says which instruction is wrong.
 */
import type { FlowNode } from '../model/process-model.js';
import type {
  ActivateInstruction,
  ElementReference,
  ModifyInstance,
  MoveInstruction,
  ScopedVariables,
} from '../records/operate-commands.js';
import type { Rejection } from '../records/rejections.js';
import { isBeingStopped, type ElementInstance, type InstanceTree } from '../state/instance-tree.js';
import {
  findPlacement,
  findTarget,
  instancesOf,
  isOnItsWayOut,
  isRefused,
  refuse,
  scopesAround,
  type Placement,
} from './modification-scopes.js';

/** An element to begin, with variables for it or for scopes around it. */
export interface PlannedActivation extends Placement {
  readonly variables: readonly ScopedVariables[];
}

/** Tokens that wait in a scope on the flows into an element. */
export interface WaitingTokens {
  readonly scope: ElementInstance;
  readonly node: FlowNode;
}

/** Everything that a modification does. */
export interface ModificationPlan {
  readonly activations: readonly PlannedActivation[];
  /** Element instances to end, each with everything inside it. */
  readonly terminations: ReadonlySet<ElementInstance>;
  readonly discards: readonly WaitingTokens[];
}

type Source = { readonly element: ElementInstance } | { readonly tokens: WaitingTokens };

/** Plans a modification of `instance`. */
export function planModification(
  tree: InstanceTree,
  instance: ElementInstance,
  command: Pick<ModifyInstance, 'activate' | 'move' | 'terminate'>,
): ModificationPlan | Rejection {
  const activations: PlannedActivation[] = [];
  const ended: Source[] = [];
  for (const instruction of command.activate) {
    const planned = planActivation(tree, instance, instruction);
    if (isRefused(planned)) return planned;
    activations.push(planned);
  }
  for (const instruction of command.move) {
    const sources = findSources(tree, instance, instruction.source);
    if (isRefused(sources)) return sources;
    for (const source of sources) {
      const planned = planMove(tree, instance, instruction, source);
      if (isRefused(planned)) return planned;
      activations.push(planned);
    }
    ended.push(...sources);
  }
  for (const reference of command.terminate) {
    const sources = findSources(tree, instance, reference);
    if (isRefused(sources)) return sources;
    ended.push(...sources);
  }
  const terminations = new Set(ended.flatMap((source) => ('element' in source ? [source.element] : [])));
  const discards = ended.flatMap((source) => ('tokens' in source ? [source.tokens] : []));
  return checkPlan(instance, { activations, terminations, discards });
}

function planActivation(
  tree: InstanceTree,
  instance: ElementInstance,
  { elementId, ancestorKey, variables }: ActivateInstruction,
): PlannedActivation | Rejection {
  const ancestor = ancestorKey === null ? undefined : tree.elements.get(ancestorKey);
  if (ancestorKey !== null && (!ancestor || isBeingStopped(ancestor)))
    return refuse(`No active element instance has the key ${ancestorKey}.`);
  return place(tree, instance, elementId, ancestor, variables);
}

function planMove(
  tree: InstanceTree,
  instance: ElementInstance,
  { targetId, ancestor, variables }: MoveInstruction,
  source: Source,
): PlannedActivation | Rejection {
  const around = 'element' in source ? source.element.scope : source.tokens.scope;
  switch (ancestor.kind) {
    case 'only':
      return place(tree, instance, targetId, undefined, variables);
    case 'direct':
      return planActivation(tree, instance, { elementId: targetId, ancestorKey: ancestor.key, variables });
    case 'source parent':
      return place(tree, instance, targetId, around ?? instance, variables);
    case 'inferred':
      return place(tree, instance, targetId, nearestScope(instance, targetId, around), variables);
  }
}

/** The innermost scope around a token that is also around the target. */
function nearestScope(
  instance: ElementInstance,
  targetId: string,
  from: ElementInstance | null,
): ElementInstance {
  const target = instance.definition.model.elementsById.get(targetId);
  const scopes = new Set(target ? scopesAround(target) : []);
  for (let scope = from; scope && scope !== instance; scope = scope.scope)
    if (scopes.has(scope.node)) return scope;
  return instance;
}

function place(
  tree: InstanceTree,
  instance: ElementInstance,
  elementId: string,
  ancestor: ElementInstance | undefined,
  variables: readonly ScopedVariables[],
): PlannedActivation | Rejection {
  const target = findTarget(instance, elementId);
  if (isRefused(target)) return target;
  const ids = new Set([...scopesAround(target), target].map(({ id }) => id));
  const stranger = variables.find(({ scopeId }) => scopeId !== null && !ids.has(scopeId));
  if (stranger) return refuse(`"${stranger.scopeId}" is no scope of "${elementId}" to set variables in.`);
  const placement = findPlacement(tree, instance, target, ancestor);
  return isRefused(placement) ? placement : { ...placement, variables };
}

/**
 * What an instruction ends. An id stands for every element instance of the element (a body, not its runs), and for
 * tokens that wait before it.
 */
function findSources(
  tree: InstanceTree,
  instance: ElementInstance,
  reference: ElementReference,
): Source[] | Rejection {
  if ('elementInstanceKey' in reference) {
    const element = tree.elements.get(reference.elementInstanceKey);
    if (!element || isBeingStopped(element) || element.processInstanceKey !== instance.key) {
      return refuse(
        `The process instance ${instance.key} has no active element instance ${reference.elementInstanceKey}.`,
      );
    }
    return element === instance ? refuse(ITSELF) : [{ element }];
  }
  const { elementId } = reference;
  const node = instance.definition.model.elementsById.get(elementId);
  if (!node) return refuse(`The process "${instance.node.id}" has no element "${elementId}".`);
  if (node.type === 'process') return refuse(ITSELF);
  const sources: Source[] = instancesOf(tree, instance, (candidate) => candidate === node).map((element) => ({
    element,
  }));
  for (const scope of instancesOf(tree, instance, (candidate) => candidate === node.scope)) {
    if (node.incoming.some(({ index }) => scope.tokens?.get(index)))
      sources.push({ tokens: { scope, node } });
  }
  return sources.length > 0 ? sources : refuse(`Nothing is active at "${elementId}".`);
}

const ITSELF = 'The process itself cannot be ended by a modification. Cancel the process instance.';

/** Refuses what would begin inside something that ends, and what would leave a called instance with nothing. */
function checkPlan(instance: ElementInstance, plan: ModificationPlan): ModificationPlan | Rejection {
  for (const { target, base } of plan.activations) {
    for (let scope: ElementInstance | null = base; scope; scope = scope.scope) {
      if (!plan.terminations.has(scope)) continue;
      return refuse(
        `"${target.id}" would begin inside "${scope.node.id}" (${scope.key}), which the same modification ends.`,
      );
    }
  }
  if (instance.scope && plan.activations.length === 0 && endsWith(instance, plan)) {
    const reason =
      `Nothing would be left of process instance ${instance.key}, which ${instance.scope.processInstanceKey} called. ` +
      `End its call activity "${instance.scope.node.id}" there instead.`;
    return { type: 'INVALID_STATE', reason };
  }
  return plan;
}

/** Whether a scope ends with the plan: it is ended, or everything in it is and nothing begins. */
function endsWith(scope: ElementInstance, plan: ModificationPlan): boolean {
  if (plan.terminations.has(scope) || isOnItsWayOut(scope)) return true;
  if (scope.children.size === 0 && !scope.tokens?.size) return false;
  const discarded = new Set(
    plan.discards.filter((discard) => discard.scope === scope).flatMap(({ node }) => node.incoming),
  );
  const staying = [...(scope.tokens?.keys() ?? [])].some(
    (index) => ![...discarded].some((flow) => flow.index === index),
  );
  return !staying && [...scope.children].every((child) => endsWith(child, plan));
}
