/** Incidents: an element that cannot go on waits, with the reason, until someone resolves it. */
import type { Key } from '../model/keys.js';
import type { ResumePoint } from '../records/engine-events.js';
import { append, newKey, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Failure } from './evaluate.js';
import { heldMark } from './suspension.js';

/** Raises an incident at an element; resolving it goes on from `resume`. The job, or the timer, waits until then. */
export function raiseIncident(
  step: Step,
  element: ElementInstance,
  { failure, message }: Failure,
  resume: ResumePoint,
  jobKey: Key | null = null,
  timerKey: Key | null = null,
): void {
  // An element has one incident: what stops it now takes the place of what was left of an earlier one.
  closeIncident(step, element);
  append(step, element, 'incident created', {
    incidentKey: newKey(step),
    errorType: failure,
    // An expression may have made a text that no database keeps.
    errorMessage: message.replaceAll('\0', '\uFFFD'),
    jobKey,
    ...(timerKey !== null && { timerKey }),
    resume,
  });
}

/** Ends the incident of an element, where it has one. `jobKey`: the job that may be taken again. */
export function closeIncident(step: Step, element: ElementInstance, jobKey: Key | null = null): void {
  const incident = element.incident === null ? undefined : step.tree.incidents.get(element.incident);
  if (!incident) return;
  const timer = incident.timerKey === undefined ? undefined : step.tree.subscriptions.get(incident.timerKey);
  const waits = timer?.kind === 'timer' ? { timer: { timerKey: timer.key, dueAt: timer.dueAt } } : {};
  append(step, element, 'incident resolved', {
    incidentKey: incident.key,
    jobKey,
    ...waits,
    ...((jobKey !== null || timer) && heldMark(step)),
  });
}
