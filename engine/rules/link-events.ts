/** The two ends of a link stand for one sequence flow (BPMN 2.0.2 §10.5.5): none leaves the throwing end, none enters the other. */
import type { ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks the flows at link events. */
export function linkEventFlows(model: ProcessModel, problems: ProblemList): void {
  for (const { id, type, event, incoming, outgoing } of model.elements) {
    if (event.kind !== 'link') continue;
    const throws = type === 'intermediateThrowEvent';
    if ((throws ? outgoing : incoming).length === 0) continue;
    const message = throws
      ? 'A sequence flow leaves a throwing link event, whose token goes on at the catching one.'
      : 'A sequence flow leads into a catching link event, which is entered by its link only.';
    problems.error('LINK_BROKEN', id, message, 'Remove the flow, or replace the link by a flow.');
  }
}
