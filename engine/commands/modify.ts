/**
 * Modification: an operator begins and ends elements of a running instance. What begins comes first, so that a scope
 * from which the last token is moved inside itself goes on; a scope that is left with nothing ends with its last token.
 */
import { raiseIncident } from '../behaviors/incidents.js';
import {
  planModification,
  type PlannedActivation,
  type WaitingTokens,
} from '../behaviors/modification-plan.js';
import { isOnItsWayOut, isRefused } from '../behaviors/modification-scopes.js';
import { openSubscriptions } from '../behaviors/subscriptions.js';
import { terminate } from '../behaviors/termination.js';
import { applyInputs } from '../behaviors/mappings.js';
import { setAllLocal } from '../behaviors/variables.js';
import { enter, goOn } from '../kernel/lifecycle.js';
import { append, isAlive, type Step } from '../kernel/step-run.js';
import type { FlowNode } from '../model/process-model.js';
import type { ElementReference, ModifyInstance } from '../records/operate-commands.js';
import type { Rejection } from '../records/rejections.js';
import { isBeingStopped, type ElementInstance } from '../state/instance-tree.js';
import { release } from './suspend.js';

/** Begins and ends what the instructions say, or refuses all of them. */
export function modifyInstance(step: Step, command: ModifyInstance): Rejection | void {
  const instance = step.tree.elements.get(command.processInstanceKey);
  if (instance?.node.type !== 'process' || isBeingStopped(instance)) {
    const reason = `No active process instance has the key ${command.processInstanceKey}.`;
    return { type: 'NOT_FOUND', reason };
  }
  const { activate, move, terminate: ended } = command;
  if (activate.length + move.length + ended.length === 0) {
    return { type: 'INVALID_ARGUMENT', reason: 'The modification has no instruction.' };
  }
  const plan = planModification(step.tree, instance, command);
  if (isRefused(plan)) return plan;
  const idOf = (reference: ElementReference): string =>
    'elementId' in reference
      ? reference.elementId
      : (step.tree.elements.get(reference.elementInstanceKey)?.node.id ?? '');
  append(step, instance, 'instance modified', {
    activated: activate.map(({ elementId }) => elementId),
    moved: move.map(({ source, targetId }) => ({ from: idOf(source), to: targetId })),
    terminated: ended.map(idOf),
  });
  const made: MadeScopes = new Map();
  for (const activation of plan.activations) begin(step, instance, activation, made);
  for (const element of plan.terminations) end(step, element);
  for (const tokens of plan.discards) discard(step, tokens);
}

/** The scopes that this modification began, so that two targets inside the same one share it. */
type MadeScopes = Map<ElementInstance, Map<FlowNode, ElementInstance>>;

function begin(
  step: Step,
  instance: ElementInstance,
  { target, base, missing, variables }: PlannedActivation,
  made: MadeScopes,
): void {
  const around = new Map<string, ElementInstance>();
  for (let scope: ElementInstance | null = base; scope; scope = scope === instance ? null : scope.scope) {
    if (!around.has(scope.node.id)) around.set(scope.node.id, scope);
  }
  let scope = base;
  for (const node of missing) {
    scope = made.get(scope)?.get(node) ?? beginScope(step, scope, node, made);
    around.set(node.id, scope);
  }
  const element = enter(step, scope, target);
  around.set(target.id, element);
  for (const { scopeId, variables: values } of variables) {
    setAllLocal(step, (scopeId === null ? undefined : around.get(scopeId)) ?? instance, values);
  }
  goOn(step, element);
}

/** Begins a scope as a token would, but for its start event and its listeners. */
function beginScope(step: Step, outer: ElementInstance, node: FlowNode, made: MadeScopes): ElementInstance {
  const scope = enter(step, outer, node);
  made.set(outer, (made.get(outer) ?? new Map<FlowNode, ElementInstance>()).set(node, scope));
  const failure = applyInputs(step, scope) ?? openSubscriptions(step, scope, node.catchers);
  if (failure) raiseIncident(step, scope, failure, 'subscribe');
  return scope;
}

function end(step: Step, element: ElementInstance): void {
  if (!isAlive(step, element)) return;
  const undone = throwersWaitingFor(step, element);
  terminate(step, element);
  for (const thrower of undone) step.agenda.push({ op: 'resume', element: thrower });
  endEmptied(step, element.scope);
}

function discard(step: Step, { scope, node }: WaitingTokens): void {
  if (!isAlive(step, scope)) return;
  for (const { id, index } of node.incoming) {
    for (let count = scope.tokens?.get(index) ?? 0; count > 0; count -= 1) {
      append(step, scope, 'token discarded', { scopeKey: scope.key }, id);
    }
  }
  endEmptied(step, scope);
}

/** Ends the scopes in which nothing is left; an ad-hoc sub-process whose worker still has to decide stays. */
function endEmptied(step: Step, innermost: ElementInstance | null): void {
  for (let scope = innermost; scope && isAlive(step, scope); scope = scope.scope) {
    if (scope.tokens?.size || scope.job !== null || scope.interruption) return;
    if (![...scope.children].every(isOnItsWayOut)) return;
    const undone = throwersWaitingFor(step, scope);
    if (!scope.scope) release(step, scope);
    terminate(step, scope);
    for (const thrower of undone) step.agenda.push({ op: 'resume', element: thrower });
    if (scope.node.type === 'process') return;
  }
}

/** The events that wait for what is ended to undo an activity: they go on with the next one. */
function throwersWaitingFor(step: Step, ended: ElementInstance): ElementInstance[] {
  const throwers: ElementInstance[] = [];
  const inside: ElementInstance[] = [ended];
  for (let next = 0; next < inside.length; next += 1) {
    const { undoesFor, children } = inside[next];
    const thrower = undoesFor === null ? undefined : step.tree.elements.get(undoesFor);
    if (thrower) throwers.push(thrower);
    inside.push(...children);
  }
  return throwers;
}
