/** The command that turns a defect of the engine into an incident of the instance it happened in. */
import { raiseIncident } from '../behaviors/incidents.js';
import type { Step } from '../kernel/step-run.js';
import type { DefectPlace, ReportDefect } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';
import type { ElementInstance } from '../state/instance-tree.js';

/**
 * Raises an incident at the element that the failed command was about. A job is not given to workers, and a timer does
 * not fire, until it is resolved. An element that has an incident already gets no second one.
 */
export function reportDefect(step: Step, { about, message }: ReportDefect): Rejection | void {
  const element = elementAt(step, about);
  if (!element) {
    return { type: 'NOT_FOUND', reason: `No ${about.kind} with the key ${about.key} is waiting.` };
  }
  if (element.incident !== null) {
    const reason = `The element of ${about.kind} ${about.key} has an incident already.`;
    return { type: 'INVALID_STATE', reason };
  }
  const resume = about.kind === 'job' ? 'job' : 'wait';
  const jobKey = about.kind === 'job' ? about.key : null;
  const timerKey = about.kind === 'timer' ? about.key : null;
  raiseIncident(step, element, { failure: 'UNKNOWN', message }, resume, jobKey, timerKey);
}

function elementAt({ tree }: Step, { kind, key }: DefectPlace): ElementInstance | undefined {
  if (kind === 'job') return tree.jobs.get(key)?.element;
  if (kind === 'user task') return tree.userTasks.get(key)?.element;
  return tree.subscriptions.get(key)?.element;
}
