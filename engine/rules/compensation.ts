/** Where compensation and cancel events make sense (BPMN 2.0.2 §10.5.5, §10.7). */
import type { FlowNode, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks activities for compensation, and the events around transactions. */
export function compensation(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    if (node.isForCompensation && (node.incoming.length > 0 || node.outgoing.length > 0)) {
      problems.error(
        'COMPENSATION_INVALID',
        node.id,
        'A sequence flow is connected to an activity for compensation, which runs only to undo another.',
        'Connect it by an association with a compensation boundary event.',
      );
    }
    if (node.event.kind === 'compensation' && node.attachedTo && node.outgoing.length > 0) {
      const message =
        'A sequence flow leaves a compensation boundary event, which leads to what undoes the activity only.';
      problems.error(
        'COMPENSATION_INVALID',
        node.id,
        message,
        'Use an association to the activity for compensation.',
      );
    }
    if (node.event.kind !== 'cancel') continue;
    const transaction = node.attachedTo ?? around(node);
    if ((transaction?.inner ?? transaction)?.type !== 'transaction' || !transaction) {
      problems.error(
        'COMPENSATION_INVALID',
        node.id,
        'A cancel event is possible only in or on a transaction.',
        'Use an error event.',
      );
    } else if (!transaction.boundaryEvents.some(({ event }) => event.kind === 'cancel')) {
      problems.error(
        'COMPENSATION_INVALID',
        transaction.id,
        'The transaction can be cancelled, but has no cancel boundary event to leave by.',
        'Attach a cancel boundary event.',
      );
    }
  }
}

function around(node: FlowNode): FlowNode | undefined {
  for (let scope = node.scope; scope; scope = scope.scope) {
    if (scope.type === 'transaction') return scope.scope?.inner === scope ? scope.scope : scope;
  }
  return undefined;
}
