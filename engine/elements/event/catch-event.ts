/** Intermediate catch events (BPMN 2.0.2 §10.5.4) and receive tasks (§10.3.3): wait for the message or timer. */
import { openSubscriptions } from '../../behaviors/subscriptions.js';
import type { Processor } from '../../kernel/processor.js';

/** Waits until its own event is triggered. */
export const catchEvent: Processor = {
  activate(step, element) {
    return openSubscriptions(step, element, [element.node]);
  },
};
