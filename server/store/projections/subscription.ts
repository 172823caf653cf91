/** `message_subscription` and `signal_subscription`: who waits. */
import type { DefinitionSource, Key } from '@countersign/engine';
import type { Projection } from './projection.js';

/** A message subscription is there from opening until it is closed, or correlated for the last time. */
export const messageSubscription: Projection = {
  'message subscription opened': (event, stamp, { tables, definitions }) => {
    const { data } = event;
    const definitionKey = requireDefinition(event.processDefinitionKey);
    tables.messageSubscriptions.insert({
      key: data.subscriptionKey,
      root_key: stamp.rootKey,
      process_instance_key: event.processInstanceKey,
      process_definition_key: definitionKey,
      process_id: processIdOf(definitionKey, definitions),
      element_id: data.targetId,
      element_instance_key: event.elementInstanceKey,
      message_name: data.messageName,
      correlation_key: 'correlationKey' in data ? data.correlationKey : null,
      created_at: stamp.at,
    });
  },
  'message correlated': (event, _stamp, { tables }) => {
    if (event.data.closes) tables.messageSubscriptions.remove(event.data.subscriptionKey);
  },
  'message subscription closed': (event, _stamp, { tables }) => {
    tables.messageSubscriptions.remove(event.data.subscriptionKey);
  },
};

/** A signal subscription is there from opening until it is closed, or caught for the last time. */
export const signalSubscription: Projection = {
  'signal subscription opened': (event, stamp, { tables, definitions }) => {
    const definitionKey = requireDefinition(event.processDefinitionKey);
    tables.signalSubscriptions.insert({
      key: event.data.subscriptionKey,
      root_key: stamp.rootKey,
      process_instance_key: event.processInstanceKey,
      element_instance_key: event.elementInstanceKey,
      process_definition_key: definitionKey,
      process_id: processIdOf(definitionKey, definitions),
      element_id: event.data.targetId,
      signal_name: event.data.signalName,
      created_at: stamp.at,
    });
  },
  'signal caught': (event, _stamp, { tables }) => {
    if (event.data.closes) tables.signalSubscriptions.remove(event.data.subscriptionKey);
  },
  'signal subscription closed': (event, _stamp, { tables }) => {
    tables.signalSubscriptions.remove(event.data.subscriptionKey);
  },
};

function requireDefinition(key: Key | null): Key {
  if (key === null) throw new Error('A subscription without a definition');
  return key;
}

function processIdOf(key: Key, definitions: DefinitionSource): string {
  const definition = definitions.byKey(key);
  if (!definition) throw new Error(`No definition ${key}`);
  return definition.processId;
}
