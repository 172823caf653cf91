/** `element_instance`: one row for each element instance; the process itself stands in `process_instance`. */
import type { Projection } from './projection.js';

/** An element instance begins, ends, and points at its active incident. */
export const elementInstance: Projection = {
  'element activated': (event, stamp, { tables, definitions }) => {
    if (event.data.process) return;
    const element = definitions.byKey(event.processDefinitionKey)?.model.elementsById.get(event.elementId);
    if (!element)
      throw new Error(`No element "${event.elementId}" in definition ${event.processDefinitionKey}`);
    tables.elementInstances.insert({
      key: event.elementInstanceKey,
      root_key: stamp.rootKey ?? event.processInstanceKey,
      process_instance_key: event.processInstanceKey,
      process_definition_key: event.processDefinitionKey,
      element_id: event.elementId,
      type: event.data.loopCounter !== undefined && element.inner ? element.inner.type : element.type,
      scope_key: event.data.scopeKey ?? event.processInstanceKey,
      state: 'ACTIVE',
      started_at: stamp.at,
      ended_at: null,
      incident_key: null,
    });
  },
  'element completed': (event, stamp, { tables }) => {
    if (event.elementInstanceKey === event.processInstanceKey) return;
    tables.elementInstances.update(event.elementInstanceKey, { state: 'COMPLETED', ended_at: stamp.at });
  },
  'element terminated': (event, stamp, { tables }) => {
    if (event.elementInstanceKey === event.processInstanceKey) return;
    tables.elementInstances.update(event.elementInstanceKey, { state: 'TERMINATED', ended_at: stamp.at });
  },
  'incident created': (event, _stamp, { tables }) => {
    if (event.elementInstanceKey === event.processInstanceKey) return;
    tables.elementInstances.update(event.elementInstanceKey, { incident_key: event.data.incidentKey });
  },
  'incident resolved': (event, _stamp, { tables }) => {
    if (event.elementInstanceKey === event.processInstanceKey) return;
    tables.elementInstances.update(event.elementInstanceKey, { incident_key: null });
  },
};
