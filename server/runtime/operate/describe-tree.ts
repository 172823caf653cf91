/** The state of a process instance as JSON: what is active in it, what that waits for, and the variables. */
import { localVariables } from '@countersign/engine';
import type { ElementInstance, InstanceTree, JsonObject, Key, SubscriptionState } from '@countersign/engine';

/** An active element instance. Keys are strings of digits, as in the API. */
export interface ElementState {
  readonly elementInstanceKey: string;
  readonly processInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly elementId: string;
  readonly elementName: string | null;
  /** The engine's name of its type, such as `userTask`. */
  readonly elementType: string;
  /** The element instance around it; null for the root process instance. */
  readonly scopeKey: string | null;
  /** Variables of its own scope. */
  readonly variables: JsonObject;
  readonly jobKey: string | null;
  readonly userTaskKey: string | null;
  readonly incidentKey: string | null;
}

/** Tokens that stand on a sequence flow. */
export interface TokenState {
  readonly flowId: string;
  readonly scopeKey: string;
  readonly count: number;
}

/** Something that an element instance waits for. Times are ISO 8601 in UTC. */
export interface WaitState {
  readonly kind: SubscriptionState['kind'];
  readonly key: string;
  readonly elementInstanceKey: string;
  /** The event it triggers. */
  readonly elementId: string;
  readonly dueAt?: string;
  readonly messageName?: string;
  readonly correlationKey?: string;
  readonly signalName?: string;
}

/** A process instance with everything it called. */
export interface InstanceState {
  readonly elements: readonly ElementState[];
  readonly tokens: readonly TokenState[];
  readonly jobs: readonly JsonObject[];
  readonly userTasks: readonly JsonObject[];
  readonly incidents: readonly JsonObject[];
  readonly waits: readonly WaitState[];
}

/** Describes a process instance of a tree. */
export function describeInstance(tree: InstanceTree, processInstanceKey: Key): InstanceState {
  const isInside = (element: ElementInstance): boolean => {
    for (let scope: ElementInstance | null = element; scope; scope = scope.scope)
      if (scope.processInstanceKey === processInstanceKey) return true;
    return false;
  };
  const elements = [...tree.elements.values()].filter(isInside);
  const at = ({ key, node }: ElementInstance) => ({ elementInstanceKey: String(key), elementId: node.id });
  return {
    elements: elements.map(describeElement),
    tokens: elements.flatMap(describeTokens),
    jobs: [...tree.jobs.values()]
      .filter(({ element }) => isInside(element))
      .map(({ key, type, retries, element }) => ({ jobKey: String(key), type, retries, ...at(element) })),
    userTasks: [...tree.userTasks.values()]
      .filter(({ element }) => isInside(element))
      .map(({ key, attributes, element }) => ({
        userTaskKey: String(key),
        assignee: attributes.assignee,
        ...at(element),
      })),
    incidents: [...tree.incidents.values()]
      .filter(({ element }) => isInside(element))
      .map(({ key, errorType, element }) => ({ incidentKey: String(key), errorType, ...at(element) })),
    waits: [...tree.subscriptions.values()].filter(({ element }) => isInside(element)).map(describeWait),
  };
}

function describeElement(element: ElementInstance): ElementState {
  const { key, node, definition, scope } = element;
  return {
    elementInstanceKey: String(key),
    processInstanceKey: String(element.processInstanceKey),
    processDefinitionKey: String(definition.key),
    elementId: node.id,
    elementName: node.name ?? null,
    elementType: node.type,
    scopeKey: scope && String(scope.key),
    variables: localVariables(element),
    jobKey: element.job === null ? null : String(element.job),
    userTaskKey: element.userTask === null ? null : String(element.userTask),
    incidentKey: element.incident === null ? null : String(element.incident),
  };
}

function describeTokens({ key, tokens, definition }: ElementInstance): TokenState[] {
  return [...(tokens ?? [])].map(([index, count]) => ({
    flowId: definition.model.flows[index].id,
    scopeKey: String(key),
    count,
  }));
}

function describeWait(wait: SubscriptionState): WaitState {
  return {
    kind: wait.kind,
    key: String(wait.key),
    elementInstanceKey: String(wait.element.key),
    elementId: wait.targetId,
    ...(wait.kind === 'timer' && { dueAt: new Date(wait.dueAt).toISOString() }),
    ...(wait.kind === 'message' && { messageName: wait.messageName, correlationKey: wait.correlationKey }),
    ...(wait.kind === 'signal' && { signalName: wait.signalName }),
  };
}
