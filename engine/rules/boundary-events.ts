/** Boundary events sit on activities, and no two of one activity may compete for the same trigger. */
import type { EventDefinition, FlowNode, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks the boundary events of every activity. */
export function boundaryEvents(model: ProcessModel, problems: ProblemList): void {
  for (const host of model.elements) {
    const seen = new Set<string>();
    for (const boundary of host.boundaryEvents) {
      checkHost(host, boundary, problems);
      const trigger = triggerOf(boundary.event);
      if (trigger === null) continue;
      if (seen.has(trigger)) {
        problems.error(
          'BOUNDARY_DUPLICATE',
          boundary.id,
          `Another boundary event of "${host.name ?? host.id}" catches the same ${boundary.event.kind}.`,
          'Keep one of them.',
        );
      }
      seen.add(trigger);
    }
  }
}

function checkHost(host: FlowNode, boundary: FlowNode, problems: ProblemList): void {
  if (
    /Task$|^task$|^subProcess$|^adHocSubProcess$|^transaction$|^callActivity$|^multiInstanceBody$/.test(
      host.type,
    )
  )
    return;
  problems.error(
    'REFERENCE_BROKEN',
    boundary.id,
    'The boundary event is attached to something that is not an activity.',
    'Attach it to a task, a sub-process or a call activity.',
  );
}

/** The same text for two events that catch the same thing; null where several of a kind may stand side by side. */
function triggerOf(event: EventDefinition): string | null {
  if (event.kind === 'error') return `error ${event.code?.source ?? '*'}`;
  if (event.kind === 'escalation') return `escalation ${event.code?.source ?? '*'}`;
  if (event.kind === 'cancel') return 'cancel';
  if (event.kind === 'message') return `message ${event.name.source}`;
  return null;
}
