/** The columns that say where in an instance a row belongs. */
import type { EngineEvent, Key } from '@countersign/engine';
import type { Stamp } from '../journal-events.js';

/** Where in an instance something belongs: at the event's element instance. */
export function placeOf(
  event: EngineEvent,
  stamp: Stamp,
): {
  root_key: Key;
  process_instance_key: Key;
  process_definition_key: Key;
  element_id: string;
  element_instance_key: Key;
} {
  return {
    root_key: stamp.rootKey ?? event.processInstanceKey,
    process_instance_key: event.processInstanceKey,
    process_definition_key: event.processDefinitionKey,
    element_id: event.elementId,
    element_instance_key: event.elementInstanceKey,
  };
}
