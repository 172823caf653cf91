/** End events (BPMN 2.0.2 §10.5.3): none, error and terminate. */
import { throwError } from '../../behaviors/errors.js';
import { evaluateText, isFailure, scopeOfElement } from '../../behaviors/evaluate.js';
import { discardTokens, terminateChildren } from '../../behaviors/termination.js';
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Ends its path, its whole scope, or throws an error. */
export const endEvent: Processor = {
  activate(step, element) {
    const { event } = element.node;
    if (event.kind !== 'error' || !event.code) return leave(step, element);
    const errorCode = evaluateText(event.code, scopeOfElement(element), step.now, 'error code');
    if (isFailure(errorCode)) return errorCode;
    return throwError(step, element, { errorCode, errorMessage: '', variables: {} });
  },

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
