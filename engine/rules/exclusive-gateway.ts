/** An exclusive gateway that forks needs a condition on every flow but the default (BPMN 2.0.2 §10.6.2). */
import type { ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks the flows out of exclusive gateways. */
export function exclusiveGateway(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    if (node.type !== 'exclusiveGateway' || node.outgoing.length < 2) continue;
    for (const flow of node.outgoing) {
      if (flow.condition || flow === node.defaultFlow) continue;
      problems.error(
        'CONDITION_MISSING',
        flow.id,
        `The sequence flow out of the exclusive gateway "${node.name ?? node.id}" has no condition.`,
        'Give it a condition, or make it the default flow.',
      );
    }
  }
}
