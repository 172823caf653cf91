/** `process_instance`: one row for each root or called instance. */
import { writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { messageLock } from '../message-lock.js';
import type { Projection, Target } from './projection.js';

/** An instance begins and ends with the events of its process element, and counts its incidents. */
export const processInstance: Projection = {
  'element activated': (event, stamp, { tables }) => {
    const start = event.data.process;
    if (!start) return;
    tables.processInstances.insert({
      key: event.processInstanceKey,
      root_key: start.rootKey,
      process_definition_key: event.processDefinitionKey,
      parent_process_instance_key: start.parentProcessInstanceKey,
      parent_element_instance_key: start.parentElementInstanceKey,
      state: 'ACTIVE',
      started_at: stamp.at,
      ended_at: null,
      incident_count: 0,
      tags: start.tags && start.tags.length > 0 ? writeJson(start.tags) : null,
      business_id: start.businessId ?? null,
      message_lock: messageLock(start.processId, start.trigger?.['correlationKey']),
    });
  },
  'element completed': (event, stamp, { tables }) => {
    if (event.elementInstanceKey !== event.processInstanceKey) return;
    tables.processInstances.update(event.processInstanceKey, { state: 'COMPLETED', ended_at: stamp.at });
  },
  'element terminated': (event, stamp, { tables }) => {
    if (event.elementInstanceKey !== event.processInstanceKey) return;
    tables.processInstances.update(event.processInstanceKey, { state: 'TERMINATED', ended_at: stamp.at });
  },
  'incident created': (event, _stamp, target) => countIncident(event.processInstanceKey, 1, target),
  'incident resolved': (event, _stamp, target) => countIncident(event.processInstanceKey, -1, target),
};

/** Adds to the count of an instance and of those that called it. */
function countIncident(processInstanceKey: Key, change: number, { tables }: Target): void {
  for (let key: Key | null = processInstanceKey; key !== null;) {
    const row = tables.processInstances.get(key);
    if (!row) return;
    tables.processInstances.update(key, { incident_count: row.incident_count + change });
    key = row.parent_process_instance_key;
  }
}
