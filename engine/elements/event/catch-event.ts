/** Intermediate catch events (BPMN 2.0.2 §10.5.4) and receive tasks (§10.3.3): wait for their trigger. */
import { askOnEntry } from '../../behaviors/conditions.js';
import { openSubscriptions } from '../../behaviors/subscriptions.js';
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Waits until its own event is triggered; at the catching end of a link that has happened. */
export const catchEvent: Processor = {
  activate(step, element) {
    if (element.node.event.kind === 'link') return leave(step, element);
    const failure = openSubscriptions(step, element, [element.node]);
    if (!failure) askOnEntry(step, element);
    return failure;
  },
};
