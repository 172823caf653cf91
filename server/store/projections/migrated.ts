/** What a migration changes in the rows of a process instance: its version, and the element of all that is active. */
import { readJson, writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Projection } from './projection.js';

/** Rows of what has ended keep the version in which it ended. */
export const migrated: Projection = {
  'instance migrated': (event, _stamp, { tables, definitions }) => {
    const { data, processInstanceKey } = event;
    const definition = { process_definition_key: data.targetProcessDefinitionKey };
    const processId = definitions.byKey(data.targetProcessDefinitionKey)?.processId;
    if (processId === undefined) throw new Error(`No definition ${data.targetProcessDefinitionKey}`);
    tables.processInstances.update(processInstanceKey, definition);
    for (const { key, elementId } of data.elements) {
      tables.elementInstances.update(key, { ...definition, element_id: elementId });
    }
    for (const { kind, key, elementId } of data.waits) {
      const change = { ...definition, element_id: elementId };
      if (kind === 'job') tables.jobs.update(key, change);
      else if (kind === 'incident') tables.incidents.update(key, change);
      else tables.userTasks.update(key, change);
    }
    for (const { kind, key, targetId } of data.subscriptions) {
      const change = { ...definition, element_id: targetId };
      if (kind === 'timer') tables.timers.update(key, change);
      if (kind === 'message') tables.messageSubscriptions.update(key, { ...change, process_id: processId });
      if (kind === 'signal') tables.signalSubscriptions.update(key, { ...change, process_id: processId });
    }
    const before = tables.migratedInstances.get(processInstanceKey);
    const keys = before ? (readJson(before.definitions) as Key[]) : [];
    const all = writeJson([...new Set([...keys, data.formerDefinitionKey])]);
    if (before) tables.migratedInstances.update(processInstanceKey, { definitions: all });
    else tables.migratedInstances.insert({ key: processInstanceKey, definitions: all });
  },
};
