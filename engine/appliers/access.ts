/** Finding the state an event is about. A miss is a defect: the event contradicts the events before it. */
import type { EngineEvent } from '../records/engine-events.js';
import type { ElementInstance, InstanceTree } from '../state/instance-tree.js';

/** An event that does not fit the state it is applied to. */
export class MissingState extends Error {
  constructor(event: EngineEvent, what: string) {
    super(`Engine event "${event.type}" at ${event.elementId} (${event.elementInstanceKey}) needs ${what}.`);
    this.name = 'MissingState';
  }
}

/** The element instance an event is about. */
export function elementOf(tree: InstanceTree, event: EngineEvent): ElementInstance {
  const element = tree.elements.get(event.elementInstanceKey);
  if (!element) throw new MissingState(event, 'its element instance');
  return element;
}
