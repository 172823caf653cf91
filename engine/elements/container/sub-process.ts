/** Embedded sub-process and transaction (BPMN 2.0.2 §10.3.5): a scope of its own inside the process. */
import { enter, goOn } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Begins at its none start event; the kernel completes it when nothing inside moves any more. */
export const subProcess: Processor = {
  activate(step, element) {
    const { startEvent } = element.node;
    if (!startEvent) throw new Error(`Sub-process ${element.node.id} has no start event.`);
    goOn(step, enter(step, element, startEvent));
  },
};
