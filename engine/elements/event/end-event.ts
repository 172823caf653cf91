/** End events (BPMN 2.0.2 §10.5.3): none, message, signal, escalation, error, cancel, compensation, terminate. */
import { closeSubscriptions } from '../../behaviors/subscriptions.js';
import { discardTokens, terminateChildren } from '../../behaviors/termination.js';
import { resumeThrowing, throwFrom } from '../../behaviors/throwing.js';
import type { Processor } from '../../kernel/processor.js';
import type { ElementInstance } from '../../state/instance-tree.js';

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
      // Something may be stopped only later: meanwhile nothing begins in the scope any more.
      if (scope.children.size > 0)
        closeSubscriptions(step, scope, ({ targetId }) => isInside(scope, targetId));
    }
    step.agenda.push({ op: 'end scope', scope });
  },
};

/** Whether an event begins something in a scope rather than at its border. */
function isInside({ definition }: ElementInstance, targetId: string): boolean {
  return definition.model.elementsById.get(targetId)?.attachedTo === undefined;
}
