/**
 * Tasks done by a job worker: service task and send task (BPMN 2.0.2 §10.3.3), and a script task that names one.
 * Entering creates a job; completing the job completes the task.
 */
import { evaluateInteger, evaluateText, isFailure, scopeOfElement } from '../../behaviors/evaluate.js';
import type { Processor } from '../../kernel/processor.js';
import { append, newKey } from '../../kernel/step-run.js';

/** Waits for a worker. */
export const jobTask: Processor = {
  activate(step, element) {
    const { job } = element.node;
    if (!job) throw new Error(`${element.node.id} has no job definition.`);
    const scope = scopeOfElement(element);
    const jobType = evaluateText(job.type, scope, step.now, 'job type');
    if (isFailure(jobType)) return jobType;
    const retries = evaluateInteger(job.retries, scope, step.now, 'number of retries');
    if (isFailure(retries)) return retries;
    append(step, element, 'job created', { jobKey: newKey(step), jobType, retries, kind: 'BPMN_ELEMENT' });
  },
};
