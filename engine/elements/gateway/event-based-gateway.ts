/** Event-based gateway (BPMN 2.0.2 §10.6.6, §13.4.4): waits for the first of the events it leads to. */
import { askOnEntry } from '../../behaviors/conditions.js';
import { openSubscriptions } from '../../behaviors/subscriptions.js';
import type { Processor } from '../../kernel/processor.js';

/** Waits for all its events at once; the trigger that comes first decides the path. */
export const eventBasedGateway: Processor = {
  activate(step, element) {
    const events = element.node.outgoing.map(({ target }) => target);
    const failure = openSubscriptions(step, element, events);
    if (!failure) askOnEntry(step, element);
    return failure;
  },
};
