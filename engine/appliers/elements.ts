/** Appliers of token movements: element instances come and go, tokens stand on flows in between. */
import { asKey } from '../model/keys.js';
import type { DefinitionSource } from '../model/definitions.js';
import type { EngineEvent, EventData, EventOf } from '../records/engine-events.js';
import type { JsonValue } from '../model/json.js';
import type { ElementInstance, InstanceTree, LoopState } from '../state/instance-tree.js';
import { beginUndoing } from './compensation.js';
import { elementOf, MissingState } from './access.js';

/** A token enters an element: the element instance begins. */
export function elementActivated(
  tree: InstanceTree,
  event: EventOf<'element activated'>,
  definitions: DefinitionSource,
): void {
  const { scopeKey, consumed } = event.data;
  const scope = scopeKey === null ? null : (tree.elements.get(scopeKey) ?? null);
  const definition =
    scope !== null && scope.definition.key === event.processDefinitionKey
      ? scope.definition
      : definitions.byKey(event.processDefinitionKey);
  const runs = scope?.loop && event.data.loopCounter !== undefined ? scope.node.inner : undefined;
  const node = runs ?? definition?.model.elementsById.get(event.elementId);
  if (!definition || !node) throw new MissingState(event, `element ${event.elementId} of its definition`);
  if (runs && scope?.loop) scope.loop.started += 1;
  const element: ElementInstance = {
    key: event.elementInstanceKey,
    node,
    definition,
    processInstanceKey: event.processInstanceKey,
    scope,
    children: new Set(),
    variables: null,
    tokens: null,
    job: null,
    userTask: null,
    incident: null,
    subscriptions: [],
    loop: null,
    loopCounter: event.data.loopCounter ?? 0,
    startListenersDone: 0,
    endListenersDone: 0,
    compensations: [],
    undoing: null,
    undoesFor: event.data.compensates?.throwerKey ?? null,
    isTerminating: false,
    isDoomed: false,
    interruption: null,
    joined: node.type === 'complexGateway' ? (consumed ?? []) : null,
  };
  const { compensates } = event.data;
  if (compensates) beginUndoing(tree, element, compensates.throwerKey);
  tree.elements.set(element.key, element);
  scope?.children.add(element);
  if (scope?.interruption) scope.interruption = null;
  if (scope && consumed) for (const flowId of consumed) consumeToken(scope, flowId, event);
}

/** The element's token left it: the element instance is over. */
export function elementCompleted(tree: InstanceTree, event: EventOf<'element completed'>): void {
  const element = elementOf(tree, event);
  const { scope } = element;
  remove(tree, element);
  if (scope?.loop) countRun(scope.loop, element, event.data);
  if (scope && event.data.collected) collect(scope, event.data);
  if (scope && event.data.consumed)
    for (const flowId of event.data.consumed) consumeToken(scope, flowId, event);
}

/** The element was stopped: the element instance is over. */
export function elementTerminated(tree: InstanceTree, event: EventOf<'element terminated'>): void {
  remove(tree, elementOf(tree, event));
}

/**
 * The element only waits for what is stopped in it. An event that was to begin in it, or after it, begins no more; one
 * that stops it begins when more was to be stopped than one step does.
 */
export function elementTerminating(tree: InstanceTree, event: EventOf<'element terminating'>): void {
  const element = elementOf(tree, event);
  if (!element.isDoomed) element.interruption = null;
  element.isTerminating = true;
  element.isDoomed = false;
}

/** Nothing in the element goes on any more, or in it itself. */
export function terminationBegun(tree: InstanceTree, event: EventOf<'termination begun'>): void {
  const element = elementOf(tree, event);
  const { inside, except = [] } = event.data;
  const spared = new Set(except);
  const doomed = inside ? [...element.children].filter(({ key }) => !spared.has(key)) : [element];
  for (let next = 0; next < doomed.length; next += 1) {
    const instance = doomed[next];
    instance.interruption = null;
    // What waits for its listeners goes when they have answered.
    if (!instance.isTerminating) instance.isDoomed = true;
    for (const child of instance.children) doomed.push(child);
  }
}

/** An event waits for what it interrupted. */
export function interruptionBegun(tree: InstanceTree, event: EventOf<'interruption begun'>): void {
  elementOf(tree, event).interruption = event.data;
}

/** A multi-instance or loop activity begins its runs. */
export function loopStarted(tree: InstanceTree, event: EventOf<'loop started'>): void {
  const element = elementOf(tree, event);
  const { loop, adHoc } = element.node;
  const { size, items } = event.data;
  const collection = loop?.kind === 'multi-instance' ? loop.outputCollection : adHoc?.outputCollection;
  element.loop = {
    size,
    items: items ?? null,
    started: 0,
    completed: 0,
    results: collection === undefined ? null : new Array<JsonValue>(loop ? (size ?? 0) : 0).fill(null),
    enough: false,
  };
}

/** An ad-hoc sub-process waits only for what still runs. */
export function adHocFulfilled(tree: InstanceTree, event: EventOf<'ad-hoc sub-process fulfilled'>): void {
  const { loop } = elementOf(tree, event);
  if (loop) loop.enough = true;
}

function countRun(
  loop: LoopState,
  run: ElementInstance,
  { output, enough }: EventData['element completed'],
): void {
  loop.completed += 1;
  if (enough) loop.enough = true;
  if (!loop.results || output === undefined) return;
  if (run.node.type === 'adHocSubProcessInnerInstance') loop.results.push(output);
  else loop.results[run.loopCounter - 1] = output;
}

/** Puts a result into the variable that holds the collection: a new list, since somebody may have copied the old one. */
function collect(
  { variables }: ElementInstance,
  { collected, output }: EventData['element completed'],
): void {
  const variable = [...(variables?.values() ?? [])].find(({ key }) => key === collected?.variableKey);
  if (!variable || !collected || !Array.isArray(variable.value)) return;
  const list = [...(variable.value as readonly JsonValue[])];
  list[collected.index] = output ?? null;
  variable.value = list;
}

function remove(tree: InstanceTree, element: ElementInstance): void {
  tree.elements.delete(element.key);
  element.scope?.children.delete(element);
}

/** A token stands on a sequence flow until its target is activated. */
export function flowTaken(tree: InstanceTree, event: EventOf<'flow taken'>): void {
  const scope = tree.elements.get(event.data.scopeKey);
  const flow = scope?.definition.model.flowsById.get(event.flowId ?? '');
  if (!scope || !flow) throw new MissingState(event, `flow ${event.flowId} in its scope`);
  scope.tokens ??= new Map();
  scope.tokens.set(flow.index, (scope.tokens.get(flow.index) ?? 0) + 1);
}

/** A waiting token is gone. */
export function tokenDiscarded(tree: InstanceTree, event: EventOf<'token discarded'>): void {
  const scope = tree.elements.get(event.data.scopeKey);
  if (!scope || event.flowId === null) throw new MissingState(event, 'its scope and flow');
  consumeToken(scope, event.flowId, event);
}

function consumeToken(scope: ElementInstance, flowId: string, event: EngineEvent): void {
  const flow = scope.definition.model.flowsById.get(flowId);
  const count = flow && scope.tokens?.get(flow.index);
  if (!flow || !count) throw new MissingState(event, `a token on flow ${flowId}`);
  if (count === 1) scope.tokens?.delete(flow.index);
  else scope.tokens?.set(flow.index, count - 1);
}

/** The scope that holds variables set by an event: the element instance it names. */
export function variableSet(
  tree: InstanceTree,
  event: EventOf<'variable created'> | EventOf<'variable updated'>,
): void {
  const scope = elementOf(tree, event);
  const { variableKey, name, value } = event.data;
  scope.variables ??= new Map();
  const variable = scope.variables.get(name);
  if (variable) variable.value = value;
  else scope.variables.set(name, { key: asKey(variableKey), value });
}
