/**
 * `message` and `message_correlation`: messages that are kept for later subscriptions, and who took
 * them. A message without time to live is never stored.
 */
import { writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Projection, Target } from './projection.js';

/** A message is kept from publication until it expires; meanwhile each process may take it once. */
export const message: Projection = {
  'message published': (event, stamp, { tables }) => {
    const { messageKey, name, correlationKey, messageId, expiresAt, variables } = event.data;
    if (expiresAt <= stamp.at) return;
    tables.messages.insert({
      key: messageKey,
      name,
      correlation_key: correlationKey,
      message_id: messageId,
      variables: writeJson(variables),
      published_at: stamp.at,
      expires_at: expiresAt,
    });
  },
  'message expired': (event, _stamp, { tables }) => {
    tables.messages.remove(event.data.messageKey);
    tables.correlations.removeMessage(event.data.messageKey);
  },
  'message correlated': (event, _stamp, target) => {
    const definition = target.definitions.byKey(event.processDefinitionKey);
    if (definition) take(event.data.messageKey, definition.processId, event.processInstanceKey, target);
  },
  'element activated': (event, _stamp, target) => {
    const start = event.data.process;
    const messageKey = start?.trigger?.['messageKey'];
    if (start && typeof messageKey === 'number') {
      take(messageKey as Key, start.processId, event.processInstanceKey, target);
    }
  },
};

function take(messageKey: Key, processId: string, processInstanceKey: Key, { tables }: Target): void {
  if (tables.messages.get(messageKey)) tables.correlations.add(messageKey, processId, processInstanceKey);
}
