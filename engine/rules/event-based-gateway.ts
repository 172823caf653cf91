/** An event-based gateway leads to catching events and receive tasks only (BPMN 2.0.2 §10.6.6). */
import type { FlowNode, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks the targets of event-based gateways. */
export function eventBasedGateway(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    if (node.type !== 'eventBasedGateway') continue;
    if (node.outgoing.length < 2) {
      problems.error(
        'EVENT_GATEWAY_TARGET',
        node.id,
        'An event-based gateway needs at least two events to choose from.',
        'Add the other event.',
      );
    }
    for (const { target } of node.outgoing) {
      if (isEvent(target)) continue;
      problems.error(
        'EVENT_GATEWAY_TARGET',
        target.id,
        `The event-based gateway "${node.name ?? node.id}" leads to "${target.name ?? target.id}", which waits for no event.`,
        'Lead it to an intermediate catch event or a receive task without boundary events.',
      );
    }
  }
}

function isEvent(target: FlowNode): boolean {
  if (target.incoming.length > 1 || target.boundaryEvents.length > 0) return false;
  return (
    target.type === 'receiveTask' ||
    (target.type === 'intermediateCatchEvent' && target.event.kind !== 'link')
  );
}
