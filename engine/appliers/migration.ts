/** The applier of migration: every element instance stands at an element of another version, with all it waits for. */
import type { DefinitionSource } from '../model/definitions.js';
import type { ProcessModel } from '../model/process-model.js';
import type { EventOf } from '../records/engine-events.js';
import type { CompensationState, ElementInstance, InstanceTree } from '../state/instance-tree.js';
import { elementOf, MissingState } from './access.js';

type Migrated = EventOf<'instance migrated'>;

/** Moves a process instance to its target version. */
export function instanceMigrated(tree: InstanceTree, event: Migrated, definitions: DefinitionSource): void {
  const { targetProcessDefinitionKey, elements, subscriptions, ids } = event.data;
  const definition = definitions.byKey(targetProcessDefinitionKey);
  const process = definition?.model.elements[0];
  if (!definition || !process) throw new MissingState(event, `definition ${targetProcessDefinitionKey}`);
  const instance = elementOf(tree, event);
  const migrated: ElementInstance[] = [instance];
  moveTokens(instance, definition.model, event);
  instance.node = process;
  instance.definition = definition;
  for (const { key, elementId } of elements) {
    const element = tree.elements.get(key);
    const isRun = element !== undefined && element.loopCounter > 0;
    const node = isRun ? element.scope?.node.inner : definition.model.elementsById.get(elementId);
    if (!element || !node) throw new MissingState(event, `element instance ${key}`);
    moveTokens(element, definition.model, event);
    element.node = node;
    element.definition = definition;
    migrated.push(element);
  }
  for (const element of migrated) rename(element, ids);
  for (const { key, targetId } of subscriptions) {
    const subscription = tree.subscriptions.get(key);
    if (subscription) tree.subscriptions.set(key, { ...subscription, targetId });
  }
}

/** Puts the tokens of a scope, and those that a complex gateway consumed, on the flows of the target version. */
function moveTokens(element: ElementInstance, model: ProcessModel, event: Migrated): void {
  const { tokens, joined, definition, key } = element;
  if (!tokens?.size && !joined) return;
  const ids = new Map(
    event.data.flows.filter(({ scopeKey }) => scopeKey === key).map(({ from, to }) => [from, to]),
  );
  const renamed = (id: string): string => ids.get(id) ?? id;
  if (joined) element.joined = joined.map(renamed);
  if (!tokens) return;
  element.tokens = new Map(
    [...tokens].map(([index, count]) => {
      const flow = model.flowsById.get(renamed(definition.model.flows[index].id));
      if (!flow) throw new MissingState(event, `a flow for the token in ${key}`);
      return [flow.index, count];
    }),
  );
}

function rename(element: ElementInstance, ids: Readonly<Record<string, string>>): void {
  element.compensations = element.compensations.map((each) => renamed(each, ids));
  element.undoing = element.undoing && element.undoing.map((each) => renamed(each, ids));
  if (element.interruption) {
    const { targetId, variables } = element.interruption;
    element.interruption = { targetId: ids[targetId] ?? targetId, variables };
  }
}

function renamed(compensation: CompensationState, ids: Readonly<Record<string, string>>): CompensationState {
  const { elementId, handlerId, inside } = compensation;
  return {
    ...compensation,
    elementId: ids[elementId] ?? elementId,
    handlerId: handlerId === null ? null : (ids[handlerId] ?? handlerId),
    inside: inside.map((each) => renamed(each, ids)),
  };
}
