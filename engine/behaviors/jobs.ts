/** Creating the job of an element (`zeebe:taskDefinition`). */
import { append, newKey, type Step } from '../kernel/step-run.js';
import type { JobKind } from '../records/engine-events.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { evaluateInteger, evaluateText, isFailure, scopeOfElement, type Failure } from './evaluate.js';

/** Evaluates the job's type and retries and creates it: the element then waits for a worker. */
export function createJob(
  step: Step,
  element: ElementInstance,
  kind: JobKind = 'BPMN_ELEMENT',
): Failure | undefined {
  const { job } = element.node;
  if (!job) throw new Error(`${element.node.id} has no job definition.`);
  const scope = scopeOfElement(element);
  const jobType = evaluateText(job.type, scope, step.now, 'job type');
  if (isFailure(jobType)) return jobType;
  const retries = evaluateInteger(job.retries, scope, step.now, 'number of retries');
  if (isFailure(retries)) return retries;
  append(step, element, 'job created', { jobKey: newKey(step), jobType, retries, kind });
  return undefined;
}
