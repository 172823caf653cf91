/** Where sequence flows may begin and end (BPMN 2.0.2 §7.6.1). */
import type { ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** No flow leads into a start or boundary event, none leaves an end event. */
export function flowEnds(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    if ((node.type === 'startEvent' || node.type === 'boundaryEvent') && node.incoming.length > 0) {
      const noun = node.type === 'startEvent' ? 'start' : 'boundary';
      problems.error(
        'START_EVENT_INCOMING',
        node.id,
        `A sequence flow leads into a ${noun} event.`,
        'Lead it to the element after the event.',
      );
    }
    if (node.type === 'endEvent' && node.outgoing.length > 0) {
      problems.error(
        'END_EVENT_OUTGOING',
        node.id,
        'A sequence flow leaves an end event.',
        'Remove the flow, or make the event an intermediate event.',
      );
    }
  }
}
