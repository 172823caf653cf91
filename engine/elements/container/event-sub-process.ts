/** Event sub-process (BPMN 2.0.2 §10.3.5, §13.5.4): begun by its start event's trigger, which enters it at that event. */
import type { Processor } from '../../kernel/processor.js';

/** Its start event was entered together with it, so there is nothing more to begin. */
export const eventSubProcess: Processor = {
  activate() {
    return undefined;
  },
};
