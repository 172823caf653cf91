/** Commands of job workers. */
import { heldMark } from '../behaviors/suspension.js';
import { activatable, carryOut } from '../behaviors/ad-hoc.js';
import { raiseIncident } from '../behaviors/incidents.js';
import { throwError } from '../behaviors/errors.js';
import { propagate, setAllLocal } from '../behaviors/variables.js';
import { goOn, leave } from '../kernel/lifecycle.js';
import { append, type Step } from '../kernel/step-run.js';
import type { JsonObject } from '../model/json.js';
import type { Key } from '../model/keys.js';
import type {
  ActivateAdHoc,
  AdHocDecision,
  CompleteJob,
  FailJob,
  RecordModelCall,
  ThrowJobError,
  UpdateJob,
} from '../records/commands.js';
import type { TaskTransition } from '../model/process-model.js';
import type { IncidentType, ListenerEvent } from '../records/engine-events.js';
import type { Rejection } from '../records/rejections.js';
import { answerTaskListener } from './task-listeners.js';
import { leasedBy } from './leased-by.js';
import { enclosingScope, type ElementInstance, type JobState } from '../state/instance-tree.js';

/** The work is done: the element goes on with the job's variables. */
export function completeJob(step: Step, command: CompleteJob): Rejection | void {
  const job = findWorkable(step, command.jobKey, 'complete');
  if ('reason' in job) return job;
  const { jobKey, variables, adHoc } = command;
  const { element } = job;
  if (job.listens && isTaskTransition(job.listens)) return answerTaskListener(step, job, command);
  if (job.listens) {
    append(step, element, 'job completed', { jobKey, variables, ...leasedBy(command) });
    return answerListener(step, element, job.listens, variables);
  }
  if (element.node.type !== 'adHocSubProcess') {
    append(step, element, 'job completed', { jobKey, variables, ...leasedBy(command) });
    return leave(step, element, variables);
  }
  const decision = adHoc ?? NOTHING_MORE;
  const unknown = decision.activate.find(({ elementId }) => !activatable(element, elementId));
  if (unknown) return notActivatable(element, unknown.elementId);
  append(step, element, 'job completed', { jobKey, variables, ...leasedBy(command) });
  propagate(step, element, variables);
  carryOut(step, element, decision);
}

/** What a start listener sets belongs to the element, what an end listener sets belongs outside it. */
function answerListener(
  step: Step,
  element: ElementInstance,
  listens: 'START' | 'END',
  variables: JsonObject,
): void {
  if (listens === 'START') {
    setAllLocal(step, element, variables);
    return goOn(step, element);
  }
  propagate(step, enclosingScope(element) ?? element, variables);
  step.agenda.push({ op: 'complete', element });
}

/** A worker that decides nothing leaves the ad-hoc sub-process as it is. */
const NOTHING_MORE: AdHocDecision = {
  activate: [],
  isCompletionConditionFulfilled: false,
  isCancelRemainingInstances: false,
};

/** Activates elements of an ad-hoc sub-process from outside. */
export function activateAdHoc(step: Step, command: ActivateAdHoc): Rejection | void {
  const element = step.tree.elements.get(command.elementInstanceKey);
  if (element?.node.type !== 'adHocSubProcess') {
    const reason = `No active ad-hoc sub-process has the key ${command.elementInstanceKey}.`;
    return { type: 'NOT_FOUND', reason };
  }
  const unknown = command.activate.find(({ elementId }) => !activatable(element, elementId));
  if (unknown) return notActivatable(element, unknown.elementId);
  const { activate, isCancelRemainingInstances } = command;
  carryOut(step, element, { activate, isCancelRemainingInstances, isCompletionConditionFulfilled: false });
}

function notActivatable(element: ElementInstance, elementId: string): Rejection {
  const reason = `The ad-hoc sub-process "${element.node.id}" has no element "${elementId}" that can be activated.`;
  return { type: 'INVALID_ARGUMENT', reason };
}

/** The work failed: tried again while there are retries, else an incident. */
export function failJob(step: Step, command: FailJob): Rejection | void {
  const job = findWorkable(step, command.jobKey, 'fail');
  if ('reason' in job) return job;
  const { jobKey, errorMessage, retryBackOff } = command;
  const retries = Math.max(0, command.retries ?? job.retries - 1);
  setAllLocal(step, job.element, command.variables);
  append(step, job.element, 'job failed', {
    jobKey,
    retries,
    errorMessage,
    retryAt: step.now + retryBackOff,
    ...leasedBy(command),
    ...heldMark(step),
  });
  if (retries > 0) return;
  const message = errorMessage || 'The job failed and no retries are left.';
  raiseIncident(step, job.element, { failure: noRetries(job), message }, 'job', jobKey);
}

function noRetries({ listens }: JobState): IncidentType {
  if (!listens) return 'JOB_NO_RETRIES';
  return isTaskTransition(listens) ? 'TASK_LISTENER_NO_RETRIES' : 'EXECUTION_LISTENER_NO_RETRIES';
}

function isTaskTransition(listens: ListenerEvent): listens is TaskTransition {
  return listens !== 'START' && listens !== 'END';
}

/** The work ended in a modelled error. */
export function throwJobError(step: Step, command: ThrowJobError): Rejection | void {
  const job = findWorkable(step, command.jobKey, 'throw an error for');
  if ('reason' in job) return job;
  if (job.listens && isTaskTransition(job.listens)) {
    const reason = 'A task listener cannot throw a BPMN error. Deny the change, or fail the job.';
    return { type: 'INVALID_STATE', reason };
  }
  const { jobKey, errorCode, errorMessage, variables } = command;
  const failure = throwError(step, job.element, {
    errorCode,
    errorMessage,
    variables,
    jobKey,
    ...leasedBy(command),
  });
  if (failure) raiseIncident(step, job.element, failure, 'job', jobKey);
}

/** Sets how often a job may still fail. */
export function updateJob(step: Step, command: UpdateJob): Rejection | void {
  const job = find(step, command.jobKey);
  if ('reason' in job) return job;
  if (!Number.isInteger(command.retries) || command.retries < 1) {
    return {
      type: 'INVALID_ARGUMENT',
      reason: 'The number of retries must be a whole number of at least 1.',
    };
  }
  append(step, job.element, 'job updated', { jobKey: command.jobKey, retries: command.retries });
}

/** Records what an agent asked of a model, under the job it works on. */
export function recordModelCall(step: Step, command: RecordModelCall): Rejection | void {
  const job = findWorkable(step, command.jobKey, 'record a model call for');
  if ('reason' in job) return job;
  append(step, job.element, command.event, { ...command.data, jobKey: command.jobKey });
}

function find(step: Step, jobKey: Key): JobState | Rejection {
  const job = step.tree.jobs.get(jobKey);
  return (
    job ?? {
      type: 'NOT_FOUND',
      reason: `No job with the key ${jobKey} is waiting: it is done, cancelled, or never was.`,
    }
  );
}

function findWorkable(step: Step, jobKey: Key, verb: string): JobState | Rejection {
  const job = find(step, jobKey);
  if ('reason' in job || job.element.incident === null) return job;
  return {
    type: 'INVALID_STATE',
    reason: `Cannot ${verb} job ${jobKey}: it has an incident. Resolve the incident first.`,
  };
}
