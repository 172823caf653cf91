/**
 * The life of an element instance, the same for every element:
 *
 *   arrive ──▶ element activated ──▶ inputs, subscriptions, activate ──▶ (waits) ──▶ complete
 *   complete ──▶ outputs, choose flows ──▶ element completed ──▶ flow taken … ──▶ arrive
 *
 * A failure at "activate" or "complete" raises an incident there, and resolving it makes the same move again.
 */
import type { ProcessDefinition } from '../model/definitions.js';
import type { JsonObject } from '../model/json.js';
import type { FlowNode, SequenceFlow } from '../model/process-model.js';
import type { Key } from '../model/keys.js';
import type { EventData, ProcessStart, ResumePoint } from '../records/engine-events.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { leavingFlows } from '../behaviors/leaving-flows.js';
import { isFailure } from '../behaviors/evaluate.js';
import { askOnEntry } from '../behaviors/conditions.js';
import { recordCompensation } from '../behaviors/compensation-record.js';
import { closeIncident, raiseIncident } from '../behaviors/incidents.js';
import { askListener } from '../behaviors/jobs.js';
import { closeSubscriptions, openSubscriptions } from '../behaviors/subscriptions.js';
import { applyInputs, applyOutputs } from '../behaviors/mappings.js';
import { takeVariables } from '../behaviors/variables.js';
import { goOnTerminating } from '../behaviors/postponed-termination.js';
import { dropPostponed, mustPostpone, postponeMoves } from './postponed.js';
import { append, appendRaw, isAlive, newKey, noteMove, type Move, type Step } from './step-run.js';

/** Makes every move until none is left: then each token stands at a wait state or is gone, or moves are postponed. */
export function runAgenda(step: Step): void {
  // A step that has moved nothing goes on, whatever its limit: the next one would stand where this one does.
  const before = step.events.length;
  do {
    for (let next = 0; next < step.agenda.length; next += 1) {
      if (step.events.length > before && mustPostpone(step, step.agenda[next]))
        return postponeMoves(step, step.agenda.slice(next));
      makeMove(step, step.agenda[next]);
    }
    step.agenda.length = 0;
  } while (settleJoins(step) || settleConditions(step));
}

/** Asks the joins that look around, in every scope where something moved. */
function settleJoins(step: Step): boolean {
  const scopes = [...step.movedScopes];
  step.movedScopes.clear();
  let settled = false;
  for (const scope of scopes) {
    if (!isAlive(step, scope)) continue;
    for (const node of joinsToAsk(step, scope)) {
      if (step.processors[node.type].settle?.(step, node, scope)) settled = true;
    }
  }
  return settled;
}

/** The joins that may have something to do: those with a token before them, or active themselves. */
function joinsToAsk(step: Step, scope: ElementInstance): readonly FlowNode[] {
  const all = joinsOf(step, scope.node);
  if (all.length <= (scope.tokens?.size ?? 0) + scope.children.size) return all;
  const asked = new Set<FlowNode>();
  const add = (node: FlowNode | undefined): void => {
    if (node && step.processors[node.type].settle) asked.add(node);
  };
  for (const index of scope.tokens?.keys() ?? []) add(scope.definition.model.flows[index]?.target);
  for (const { node } of scope.children) add(node);
  return [...asked].sort((left, right) => left.index - right.index);
}

/** The joins of a container that look around, found once: a large model has few among many elements. */
const joins = new WeakMap<FlowNode, readonly FlowNode[]>();

function joinsOf(step: Step, container: FlowNode): readonly FlowNode[] {
  let found = joins.get(container);
  if (!found) {
    found = container.children.filter(({ type }) => step.processors[type].settle);
    joins.set(container, found);
  }
  return found;
}

function settleConditions(step: Step): boolean {
  if (!step.conditionsChanged) return false;
  step.conditionsChanged = false;
  return step.askConditions(step);
}

function makeMove(step: Step, move: Move): void {
  switch (move.op) {
    case 'arrive':
      return arrive(step, move.flow, move.scope);
    case 'activate':
      return activate(step, move.element);
    case 'begin':
      return beginAgain(step, move.element);
    case 'complete':
      return complete(step, move.element);
    case 'resume':
      return resume(step, move.element);
    case 'terminate':
      return goOnTerminating(step, move.element);
    case 'end scope':
      return endScope(step, move.scope);
  }
}

/** Begins an element in a scope without a flow: a start event, a boundary event, an element started before. */
export function enter(step: Step, scope: ElementInstance, node: FlowNode): ElementInstance {
  return activateElement(step, scope, node, undefined);
}

/** Begins a process: the root of a tree, or one called by a call activity (`caller`). */
export function enterProcess(
  step: Step,
  definition: ProcessDefinition,
  processInstanceKey: Key,
  caller: ElementInstance | null,
  details: Pick<ProcessStart, 'trigger' | 'tags' | 'businessId'>,
): ElementInstance {
  const { processId, version } = definition;
  appendRaw(step, {
    type: 'element activated',
    processInstanceKey,
    processDefinitionKey: definition.key,
    elementId: definition.model.id,
    elementInstanceKey: processInstanceKey,
    flowId: null,
    data: {
      scopeKey: caller?.key ?? null,
      process: {
        processId,
        version,
        rootKey: step.tree.rootKey,
        parentProcessInstanceKey: caller?.processInstanceKey ?? null,
        parentElementInstanceKey: caller?.key ?? null,
        ...details,
      },
    },
  });
  return step.tree.elements.get(processInstanceKey) as ElementInstance;
}

/** Puts an element's next move on the agenda: on to its wait state. */
export function goOn(step: Step, element: ElementInstance): void {
  step.agenda.push({ op: 'activate', element });
}

/** Puts an element's last move on the agenda: it did its work, and brings these variables. */
export function leave(step: Step, element: ElementInstance, variables?: JsonObject): void {
  if (variables) takeVariables(step, element, variables);
  step.agenda.push({ op: 'complete', element });
}

function arrive(step: Step, flow: SequenceFlow, scope: ElementInstance): void {
  if (!isAlive(step, scope) || !scope.tokens?.get(flow.index)) return;
  const { target } = flow;
  const join = step.processors[target.type].join;
  const consumed = target.startQuantity > 1 ? gather(target, scope) : join ? join(flow, scope) : [flow];
  if (!consumed) return;
  goOn(step, activateElement(step, scope, target, consumed));
}

/** As many tokens as an activity takes to begin, from whichever flows (BPMN 2.0.2 Table 10.3); null while there are fewer. */
function gather(node: FlowNode, scope: ElementInstance): readonly SequenceFlow[] | null {
  const gathered: SequenceFlow[] = [];
  for (const flow of node.incoming) {
    for (let count = scope.tokens?.get(flow.index) ?? 0; count > 0; count -= 1) {
      gathered.push(flow);
      if (gathered.length === node.startQuantity) return gathered;
    }
  }
  return null;
}

/** Begins an element in a scope: it consumes tokens of flows, or is a run of a body, or undoes something. */
export function activateElement(
  step: Step,
  scope: ElementInstance,
  node: FlowNode,
  consumed: readonly SequenceFlow[] | undefined,
  details: Pick<EventData['element activated'], 'loopCounter' | 'compensates'> = {},
): ElementInstance {
  const elementInstanceKey = newKey(step);
  appendRaw(step, {
    type: 'element activated',
    processInstanceKey: scope.processInstanceKey,
    processDefinitionKey: scope.definition.key,
    elementId: node.id,
    elementInstanceKey,
    flowId: consumed?.length === 1 ? consumed[0].id : null,
    data: {
      scopeKey: scope.key,
      ...(consumed && { consumed: consumed.map(({ id }) => id) }),
      ...details,
    },
  });
  noteMove(step, scope);
  return step.tree.elements.get(elementInstanceKey) as ElementInstance;
}

function activate(step: Step, element: ElementInstance): void {
  if (!isAlive(step, element)) return;
  const unmapped = element.startListenersDone === 0 ? applyInputs(step, element) : undefined;
  if (unmapped) return raiseIncident(step, element, unmapped, 'activate');
  const asked = askListener(step, element, 'START');
  if (asked === 'waits') return;
  const failure = asked ?? openSubscriptions(step, element, element.node.catchers);
  if (failure) return raiseIncident(step, element, failure, 'activate');
  if (!askOnEntry(step, element)) begin(step, element);
}

/**
 * The element's own work. It is retried by itself: the subscriptions around it are open by then, and one of them may
 * have been used up.
 */
function begin(step: Step, element: ElementInstance): void {
  const failure = step.processors[element.node.type].activate(step, element);
  if (failure) raiseIncident(step, element, failure, 'begin');
}

/** Makes the move again that an incident stopped at the element's own work. */
function beginAgain(step: Step, element: ElementInstance): void {
  if (!isAlive(step, element)) return;
  const failure = element.startListenersDone === 0 ? applyInputs(step, element) : undefined;
  if (failure) return raiseIncident(step, element, failure, 'begin');
  begin(step, element);
}

function resume(step: Step, element: ElementInstance): void {
  if (isAlive(step, element)) step.processors[element.node.type].resume?.(step, element);
}

function complete(step: Step, element: ElementInstance): void {
  if (!isAlive(step, element)) return;
  const processor = step.processors[element.node.type];
  const unmapped = element.endListenersDone === 0 ? applyOutputs(step, element) : undefined;
  if (unmapped) return raiseIncident(step, element, unmapped, 'complete');
  // It did its work: nothing interrupts it, or begins in it, while its listeners are asked.
  if (element.node.endListeners.length > 0) closeSubscriptions(step, element);
  const asked = askListener(step, element, 'END');
  if (asked === 'waits') return;
  if (asked) return raiseIncident(step, element, asked, 'complete');
  // An operator may have begun something in it while its listeners were asked: then it ends with that.
  if (element.children.size > 0) return;
  const flows = processor.chooseFlows?.(step, element) ?? leavingFlows(step, element);
  if (isFailure(flows)) return raiseIncident(step, element, flows, 'complete');
  const { scope } = element;
  const note = (scope && step.processors[scope.node.type].collect?.(step, scope, element)) ?? {};
  if (isFailure(note)) return raiseIncident(step, element, note, 'complete');
  closeIncident(step, element);
  dropPostponed(step, element);
  closeSubscriptions(step, element);
  recordCompensation(step, element);
  append(step, element, 'element completed', note);
  if (element.undoesFor !== null) resumeThrower(step, element.undoesFor);
  if (scope) {
    for (let count = element.node.completionQuantity; count > 0; count -= 1)
      for (const flow of flows) takeFlow(step, element, scope, flow);
  }
  if (processor.afterComplete) processor.afterComplete(step, element);
  else if (scope && flows.length === 0) step.agenda.push({ op: 'end scope', scope });
}

/** The event that asked for a compensation goes on with the next one. */
function resumeThrower(step: Step, throwerKey: Key): void {
  const thrower = step.tree.elements.get(throwerKey);
  if (thrower) step.agenda.push({ op: 'resume', element: thrower });
}

/** A token leaves an element by a flow. */
export function takeFlow(
  step: Step,
  element: ElementInstance,
  scope: ElementInstance,
  flow: SequenceFlow,
): void {
  append(step, element, 'flow taken', { scopeKey: scope.key }, flow.id);
  step.agenda.push({ op: 'arrive', flow, scope });
}

/** Whether a listener is still asked about a scope: an operator may have begun and ended something in it meanwhile. */
function isListenedTo(step: Step, scope: ElementInstance): boolean {
  return scope.job !== null && (step.tree.jobs.get(scope.job)?.listens ?? null) !== null;
}

/** Where an incident of an event stands that a scope waits for, or should wait for. */
const OF_EVENTS: ReadonlySet<ResumePoint> = new Set<ResumePoint>(['wait', 'subscribe', 'subscribe again']);

/** Whether an incident stops a scope from ending. One of an event that it waits for does not: it may end without. */
function isStopped(step: Step, { incident }: ElementInstance): boolean {
  const found = incident === null ? undefined : step.tree.incidents.get(incident);
  return found !== undefined && !OF_EVENTS.has(found.resume);
}

/** A scope in which nothing is active and no token waits has done its work (BPMN 2.0.2 §13.2, §13.3.4). */
function endScope(step: Step, scope: ElementInstance): void {
  if (!isAlive(step, scope) || isStopped(step, scope) || isListenedTo(step, scope)) return;
  const may = step.processors[scope.node.type].afterChild?.(step, scope) ?? true;
  if (isFailure(may)) return raiseIncident(step, scope, may, 'end scope');
  if (may && scope.children.size === 0 && !scope.tokens?.size) complete(step, scope);
}
