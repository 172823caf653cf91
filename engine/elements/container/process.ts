/** A process (BPMN 2.0.2 §10.2): the outermost scope. A called one gives its variables to its call activity. */
import { enter, goOn, leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import { visibleVariables } from '../../state/instance-tree.js';

/** Begins at its none start event and ends when nothing in it moves any more. */
export const processScope: Processor = {
  activate(step, element) {
    const { startEvent } = element.node;
    if (!startEvent) {
      return {
        failure: 'CALLED_ELEMENT_ERROR',
        message: `The process "${element.node.id}" has no none start event, so it can only be started by its trigger.`,
      };
    }
    goOn(step, enter(step, element, startEvent));
  },

  chooseFlows() {
    return [];
  },

  afterComplete(step, element) {
    const caller = element.scope;
    if (!caller?.node.calledElement) return;
    const takesAll = caller.node.outputs.length > 0 || caller.node.calledElement.propagateAllChildVariables;
    leave(step, caller, takesAll ? visibleVariables(element) : {});
  },
};
