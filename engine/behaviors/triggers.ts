/**
 * What happens when a timer fires or a message, signal or condition arrives (BPMN 2.0.2 §13.5): the catch event
 * goes on, a boundary event begins, an event sub-process begins, or an event-based gateway takes that path.
 */
import type { JsonObject } from '../model/json.js';
import { activateElement, enter, goOn, leave } from '../kernel/lifecycle.js';
import { append, isAlive, type Step } from '../kernel/step-run.js';
import type { FlowNode } from '../model/process-model.js';
import type { ElementInstance, SubscriptionState } from '../state/instance-tree.js';
import { closeIncident, raiseIncident } from './incidents.js';
import { closeSubscriptions, isParallelMultiple, openSubscriptions, stillWaits } from './subscriptions.js';
import { discardTokens, terminate, terminateChildren } from './termination.js';
import { propagate, takeVariables } from './variables.js';

/** The event that a subscription triggers. */
export function targetOf({ element, targetId }: SubscriptionState): FlowNode {
  const target = element.definition.model.elementsById.get(targetId);
  if (!target) throw new Error(`Element ${targetId} of a subscription is not in its model.`);
  return target;
}

/** Whether a subscription is over when it is triggered: all but those of events that do not interrupt. */
export function closesWith(subscription: SubscriptionState): boolean {
  const target = targetOf(subscription);
  if (isParallelMultiple(target)) return true;
  return target.interrupting || !subscription.element.node.catchers.includes(target);
}

/** Triggers the event of a subscription, with the variables that came along. */
export function trigger(step: Step, subscription: SubscriptionState, variables: JsonObject): void {
  const { element: host } = subscription;
  const target = targetOf(subscription);
  if (stillWaits(step, host, target)) return propagate(step, host, variables);
  if (target === host.node) {
    closeSubscriptions(step, host, ({ targetId }) => targetId === target.id);
    return leave(step, host, variables);
  }
  if (host.node.type === 'eventBasedGateway') return takeEventPath(step, host, target, variables);
  catchAt(step, host, target, variables);
  if (!target.interrupting && isParallelMultiple(target) && isAlive(step, host)) {
    const failure = openSubscriptions(step, host, [target]);
    if (failure) raiseIncident(step, host, failure, 'subscribe again');
  }
}

/** Begins a boundary event of a host, or an event sub-process inside it by its start event. */
export function catchAt(step: Step, host: ElementInstance, target: FlowNode, variables: JsonObject): void {
  if (target.attachedTo) {
    const scope = host.scope as ElementInstance;
    if (target.interrupting && !terminate(step, host)) {
      return append(step, host, 'interruption begun', { targetId: target.id, variables });
    }
    return begin(step, enter(step, scope, target), variables);
  }
  if (target.interrupting) {
    terminateChildren(step, host);
    discardTokens(step, host);
    closeSubscriptions(step, host, (subscription) => targetOf(subscription).attachedTo === undefined);
    closeIncident(step, host);
    if (host.children.size > 0) {
      return append(step, host, 'interruption begun', { targetId: target.id, variables });
    }
  }
  beginEventSubProcess(step, host, target, variables);
}

function beginEventSubProcess(
  step: Step,
  host: ElementInstance,
  target: FlowNode,
  variables: JsonObject,
): void {
  const eventSubProcess = enter(step, host, target.scope as FlowNode);
  goOn(step, eventSubProcess);
  begin(step, enter(step, eventSubProcess, target), variables);
}

/**
 * Goes on where a user task was terminated after its listeners: the scopes that were stopped with it end when they are
 * empty, and then the event begins that interrupted them.
 */
export function goOnAfterTermination(step: Step, terminated: ElementInstance): void {
  let gone = terminated;
  while (gone.scope?.isTerminating && gone.scope.children.size === 0) {
    gone = gone.scope;
    closeIncident(step, gone);
    append(step, gone, 'element terminated', {});
  }
  const { scope } = gone;
  if (!scope || !isAlive(step, scope)) return;
  if (gone.interruption)
    return begin(step, enter(step, scope, interrupter(gone)), gone.interruption.variables);
  goOnInside(step, scope);
}

/** Goes on in a scope in which something was terminated: with the event that interrupted it, or to its end. */
export function goOnInside(step: Step, scope: ElementInstance): void {
  if (scope.interruption && scope.children.size === 0) {
    return beginEventSubProcess(step, scope, interrupter(scope), scope.interruption.variables);
  }
  // An ad-hoc sub-process that is not fulfilled waits for the next decision.
  const waits = scope.node.adHoc !== undefined && !scope.loop?.enough;
  if (!waits) step.agenda.push({ op: 'end scope', scope });
}

function interrupter({ definition, interruption }: ElementInstance): FlowNode {
  const target = definition.model.elementsById.get(interruption?.targetId ?? '');
  if (!target) throw new Error(`Element ${interruption?.targetId} of an interruption is not in its model.`);
  return target;
}

function begin(step: Step, element: ElementInstance, variables: JsonObject): void {
  takeVariables(step, element, variables);
  goOn(step, element);
}

/** The first event to happen decides the path of the gateway (BPMN 2.0.2 §10.6.6). */
function takeEventPath(step: Step, gateway: ElementInstance, target: FlowNode, variables: JsonObject): void {
  closeSubscriptions(step, gateway);
  closeIncident(step, gateway);
  append(step, gateway, 'element completed', {});
  leave(step, moveTo(step, gateway, target), variables);
}

/**
 * Begins an instance at a gateway, by the event that happened: an exclusive one takes that path, a parallel one
 * waits for its other events too.
 */
export function beginAtGateway(
  step: Step,
  gateway: ElementInstance,
  target: FlowNode,
  variables: JsonObject,
): void {
  takeEventPath(step, gateway, target, variables);
  if (gateway.node.instantiates !== 'parallel') return;
  for (const other of gateway.node.outgoing) {
    if (other.target !== target) goOn(step, moveTo(step, gateway, other.target));
  }
}

/** Moves the token of a completed gateway along the flow to one of its events. */
function moveTo(step: Step, gateway: ElementInstance, target: FlowNode): ElementInstance {
  const flow = gateway.node.outgoing.find((candidate) => candidate.target === target);
  const scope = gateway.scope as ElementInstance;
  if (!flow) throw new Error(`No flow leads from ${gateway.node.id} to ${target.id}.`);
  append(step, gateway, 'flow taken', { scopeKey: scope.key }, flow.id);
  return activateElement(step, scope, target, [flow]);
}
