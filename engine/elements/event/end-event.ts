/** End events (BPMN 2.0.2 §10.5.3): none, message, signal, escalation, error, cancel, compensation, terminate. */
import { discardTokens, terminateChildren } from '../../behaviors/termination.js';
import { resumeThrowing, throwFrom } from '../../behaviors/throwing.js';
import type { Processor } from '../../kernel/processor.js';

/** Ends its path, throwing what it defines; a terminate event ends everything else in its scope. */
export const endEvent: Processor = {
  activate: throwFrom,
  resume: resumeThrowing,

  afterComplete(step, element) {
    const { scope } = element;
    if (!scope) return;
    if (element.node.event.kind === 'terminate') {
      terminateChildren(step, scope);
      discardTokens(step, scope);
    }
    step.agenda.push({ op: 'end scope', scope });
  },
};
