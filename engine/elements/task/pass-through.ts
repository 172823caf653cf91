/** Undefined and manual tasks (BPMN 2.0.2 §10.3.3): nothing for an engine to do, so the token passes through. */
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Completes as soon as it is entered. */
export const passThrough: Processor = {
  activate(step, element) {
    leave(step, element);
  },
};
