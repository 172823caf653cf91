/** Incidents: an element that cannot go on waits, with the reason, until someone resolves it. */
import type { Key } from '../model/keys.js';
import type { ResumePoint } from '../records/engine-events.js';
import { append, newKey, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Failure } from './evaluate.js';

/** Raises an incident at an element; resolving it goes on from `resume`. */
export function raiseIncident(
  step: Step,
  element: ElementInstance,
  { failure, message }: Failure,
  resume: ResumePoint,
  jobKey: Key | null = null,
): void {
  append(step, element, 'incident created', {
    incidentKey: newKey(step),
    errorType: failure,
    errorMessage: message,
    jobKey,
    resume,
  });
}
